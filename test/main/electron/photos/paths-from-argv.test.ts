import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathsFromArgv } from '#main/electron/photos/paths-from-argv.js';

const home = resolve('/home/ann');

describe('files on the command line', () => {
  it('are all that is no switch', () => {
    expect(pathsFromArgv(['/opt/atlas', '/photos', '--no-sandbox', 'a.jpg'], home, true)).toEqual([
      resolve('/photos'),
      resolve('/home/ann/a.jpg'),
    ]);
  });

  it('are not the folder that a development build is started with', () => {
    expect(pathsFromArgv(['/electron', '--inspect', '.', 'photos'], home, false)).toEqual([
      resolve('/home/ann/photos'),
    ]);
    expect(pathsFromArgv(['/electron', '.'], home, false)).toEqual([]);
  });

  it('may begin with a dash after two', () => {
    expect(pathsFromArgv(['/opt/atlas', '--', '-odd.jpg'], home, true)).toEqual([resolve('/home/ann/-odd.jpg')]);
  });

  it('may be none', () => expect(pathsFromArgv(['/opt/atlas'], home, true)).toEqual([]));
});
