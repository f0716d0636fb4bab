import { describe, expect, it } from 'vitest';
import { EventParser } from '../../../src-renderer/api/event-stream.js';

const STREAM =
  'retry: 2000\n\nid: 4\nevent: status\ndata: {"a":1}\n\n: \n\nid: 5\nevent: preview\ndata: x\ndata: y\n\n';

describe('EventParser', () => {
  it('reads ids, types and data, and passes over comments', () => {
    expect(new EventParser().push(STREAM)).toEqual([
      { id: '4', type: 'status', data: '{"a":1}' },
      { id: '5', type: 'preview', data: 'x\ny' },
    ]);
  });

  it('gives the same events wherever the text breaks', () => {
    const parser = new EventParser();
    expect([...STREAM].flatMap((letter) => parser.push(letter))).toEqual(new EventParser().push(STREAM));
  });
});
