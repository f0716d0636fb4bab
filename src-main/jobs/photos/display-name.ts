const MAX_NAME_LENGTH = 200;

/** The last part of a client's file name, without control characters. */
export function displayName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  const printable = last.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, ' ').trim();
  return printable.slice(0, MAX_NAME_LENGTH) || 'photo';
}
