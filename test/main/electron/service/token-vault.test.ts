import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Keychain, TokenVault } from '#main/electron/service/token-vault.js';

/** Stands for the system's keychain: not readable as it is, and only by who has the key. */
const keychain = (key: number, isAvailable = true): Keychain => ({
  isAvailable: () => isAvailable,
  encrypt: (text) => Buffer.from([key, ...Buffer.from(text).map((byte) => byte ^ key)]),
  decrypt(bytes) {
    if (bytes[0] !== key) throw new Error('another key');
    return Buffer.from(bytes.subarray(1).map((byte) => byte ^ key)).toString();
  },
});

let folder = '';
const plainFile = () => join(folder, 'token');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-vault-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the token vault', () => {
  it('makes a token once and gives the same one at the next start', async () => {
    const token = await new TokenVault(folder, plainFile(), keychain(7)).open();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await new TokenVault(folder, plainFile(), keychain(7)).open()).toBe(token);
  });

  it('writes nothing that can be read', async () => {
    const token = (await new TokenVault(folder, plainFile(), keychain(7)).open()) ?? '';
    expect(readFileSync(join(folder, 'access-token.bin')).toString('latin1')).not.toContain(token);
    expect(existsSync(plainFile())).toBe(false);
  });

  it('takes over the token that the service has left in its storage folder, and removes that copy', async () => {
    writeFileSync(plainFile(), 'token-of-atlas-serve\n');
    expect(await new TokenVault(folder, plainFile(), keychain(7)).open()).toBe('token-of-atlas-serve');
    expect(existsSync(plainFile())).toBe(false);
    expect(await new TokenVault(folder, plainFile(), keychain(7)).open()).toBe('token-of-atlas-serve');
  });

  it('makes a new token where the keychain is another one', async () => {
    const token = await new TokenVault(folder, plainFile(), keychain(7)).open();
    const other = await new TokenVault(folder, plainFile(), keychain(9)).open();
    expect(other).toBeDefined();
    expect(other).not.toBe(token);
  });

  it('leaves the token to the service where there is no keychain', async () => {
    writeFileSync(plainFile(), 'token-of-atlas-serve\n', { mode: 0o600 });
    const vault = new TokenVault(folder, plainFile(), keychain(7, false));
    expect(await vault.open()).toBeUndefined();
    await vault.keep('another');
    expect(readFileSync(plainFile(), 'utf8')).toBe('token-of-atlas-serve\n');
    expect(statSync(plainFile()).mode & 0o777).toBe(0o600);
    expect(existsSync(join(folder, 'access-token.bin'))).toBe(false);
  });

  it('keeps a renewed token', async () => {
    const vault = new TokenVault(folder, plainFile(), keychain(7));
    await vault.open();
    await vault.keep('renewed');
    expect(await new TokenVault(folder, plainFile(), keychain(7)).open()).toBe('renewed');
  });
});
