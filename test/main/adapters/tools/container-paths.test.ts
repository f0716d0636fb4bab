import { describe, expect, it } from 'vitest';
import { containerPathOf, mountSourceOf } from '#main/adapters/tools/container-paths.js';

describe('paths in containers', () => {
  const folders = [
    { path: '/home/me/model', containerPath: '/workspace', access: 'write' },
    { path: '/photos', containerPath: '/photos', access: 'read' },
  ] as const;

  it('are those of the folder that holds them', () => {
    expect(containerPathOf('/home/me/model', folders, 'linux')).toBe('/workspace');
    expect(containerPathOf('/photos/a/b.jpg', folders, 'darwin')).toBe('/photos/a/b.jpg');
    expect(containerPathOf('/photos/..hidden', folders, 'linux')).toBe('/photos/..hidden');
  });

  it.each(['/photos-2/a.jpg', '/etc/passwd', '/home/me/model/../x'])('%s is in none', (path) => {
    expect(() => containerPathOf(path, folders, 'linux')).toThrow('outside its folders');
  });

  it('follow the rules of Windows there', () => {
    const windows = [{ path: 'C:\\Users\\me\\My model', containerPath: '/workspace', access: 'write' }] as const;
    expect(containerPathOf('c:\\users\\ME\\My model\\images\\1.jpg', windows, 'win32')).toBe('/workspace/images/1.jpg');
    expect(containerPathOf('C:/Users/me/My model/a.txt', windows, 'win32')).toBe('/workspace/a.txt');
    expect(() => containerPathOf('D:\\My model\\a.txt', windows, 'win32')).toThrow('outside its folders');
    expect(() => containerPathOf('C:\\Users\\me\\My model 2', windows, 'win32')).toThrow('outside its folders');
  });
});

describe('a folder to mount', () => {
  it('is itself on Linux and macOS', () => {
    expect(mountSourceOf('/home/me/a\\b', 'linux')).toBe('/home/me/a\\b');
    expect(mountSourceOf('/Users/me/Pictures', 'darwin')).toBe('/Users/me/Pictures');
  });

  it('has slashes and no prefix on Windows', () => {
    expect(mountSourceOf('C:\\Users\\me\\My model', 'win32')).toBe('C:/Users/me/My model');
    expect(mountSourceOf('\\\\?\\D:\\model', 'win32')).toBe('D:/model');
  });

  it('cannot be a network folder of Windows', () => {
    expect(() => mountSourceOf('\\\\server\\share\\model', 'win32')).toThrow('network folder');
  });
});
