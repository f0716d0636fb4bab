import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#shared/errors/error-codes.js';
import { StudioError } from '#shared/errors/studio-error.js';
import { readSources } from '../../architecture/source-files.js';

const README = fileURLToPath(new URL('../../../src-shared/errors/README.md', import.meta.url));
const codes = Object.entries(ERROR_CODES);

/** The table as the README shows it. `UPDATE_DOCS=1 npx vitest run test/shared/errors` writes it. */
function documentedTable(): string {
  const rows = codes.map(
    ([code, { message, hint, httpStatus, retryable }]) =>
      `| \`${code}\` | ${httpStatus}${retryable ? ', retry' : ''} | ${message} | ${hint} |`,
  );
  return ['| code | HTTP | what happened | what to do |', '|---|---|---|---|', ...rows].join('\n');
}

describe('the error table', () => {
  it('is the same in the documentation', async () => {
    const text = await readFile(README, 'utf8');
    const updated = text.replace(/\| code \|[\s\S]*$/, `${documentedTable()}\n`);
    if (process.env.UPDATE_DOCS) await writeFile(README, updated);
    else expect(text).toBe(updated);
  });

  it.each(codes)('%s says what happened and what to do, in whole sentences', (code, { message, hint, httpStatus }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(message).toMatch(/^[A-Z].*[.]$/);
    expect(hint).toMatch(/^[A-Z`].*[.]$/);
    expect(httpStatus).toBeGreaterThanOrEqual(400);
  });

  it('has every code that the sources use, and no source inspects a message', () => {
    const used = readSources('src-main').flatMap(({ path, text }) =>
      [...text.matchAll(/new StudioError\(\s*'([A-Z_]+)'/g)].map((match) => [path, match[1]] as const),
    );
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter(([, code]) => !Object.hasOwn(ERROR_CODES, code ?? ''))).toEqual([]);
  });
});

describe('StudioError', () => {
  it('takes message and hint from the table, and lets the case at hand replace them', () => {
    const plain = new StudioError('SFM_NO_OVERLAP');
    expect(plain.toJSON()).toEqual({
      code: 'SFM_NO_OVERLAP',
      message: ERROR_CODES.SFM_NO_OVERLAP.message,
      hint: ERROR_CODES.SFM_NO_OVERLAP.hint,
      details: {},
    });
    const precise = new StudioError('SFM_NO_OVERLAP', { message: 'm', hint: 'h', details: { pairs: 0 } });
    expect(precise.toJSON()).toEqual({ code: 'SFM_NO_OVERLAP', message: 'm', hint: 'h', details: { pairs: 0 } });
  });
});
