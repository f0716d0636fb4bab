import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../workspace/write-atomic.js';

/** Encryption by the system's keychain: Electron's `safeStorage`. */
export interface Keychain {
  isAvailable(): boolean;
  encrypt(text: string): Buffer;
  /** @throws where the keychain is another one, or the bytes are damaged */
  decrypt(bytes: Buffer): string;
}

/**
 * Keeps the service's token encrypted by the system's keychain, in the application's own folder. Where the system has none the
 * service keeps the token itself, in a file of its storage folder that only its owner can read.
 */
export class TokenVault {
  readonly #file: string;
  readonly #plainFile: string;
  readonly #keychain: Keychain;

  /** @param folder of the application's settings @param plainFile where the service keeps its token without a vault */
  constructor(folder: string, plainFile: string, keychain: Keychain) {
    this.#file = join(folder, 'access-token.bin');
    this.#plainFile = plainFile;
    this.#keychain = keychain;
  }

  get isEncrypted(): boolean {
    return this.#keychain.isAvailable();
  }

  /**
   * The token, made at the first start. One that `atlas serve` has left in the storage folder is taken over, so that programs
   * that know it go on working; the readable copy is then removed.
   *
   * @returns undefined where there is no keychain: the service then keeps its token as it does without the shell
   */
  async open(): Promise<string | undefined> {
    if (!this.isEncrypted) return undefined;
    const plain = readText(this.#plainFile);
    const token = plain ?? this.#read() ?? randomBytes(32).toString('base64url');
    await this.keep(token);
    return token;
  }

  /** Replaces the kept token. Does nothing where there is no keychain. */
  async keep(token: string): Promise<void> {
    if (!this.isEncrypted) return;
    await writeAtomic(this.#file, this.#keychain.encrypt(token));
    rmSync(this.#plainFile, { force: true });
  }

  /** A token that cannot be decrypted any more (another user, another computer) is as good as none. */
  #read(): string | undefined {
    if (!existsSync(this.#file)) return undefined;
    try {
      return this.#keychain.decrypt(readFileSync(this.#file)) || undefined;
    } catch {
      return undefined;
    }
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
