import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';

export interface AccessTokenSetup {
  /** The token to begin with; absent: the one in the file, which is made at the first start. */
  readonly token: string | undefined;
  /** Whether the operator has set it: then it is never renewed here. */
  readonly isFixed: boolean;
  /** Where tokens that are made here are kept; only its owner can read it. */
  readonly file: string;
}

/** The service's bearer token. */
export class AccessToken {
  readonly #file: string;
  readonly #isFixed: boolean;
  readonly #emitter = new EventEmitter();
  #value: string;

  constructor({ token, isFixed, file }: AccessTokenSetup) {
    this.#file = file;
    this.#isFixed = isFixed;
    this.#value = token ?? keptToken(file) ?? writeToken(file);
  }

  get value(): string {
    return this.#value;
  }

  /** Compares in a time that does not depend on where they differ, nor on their lengths. */
  matches(given: string): boolean {
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(given), digest(this.#value));
  }

  /** Makes a new token; the old one works no more. @throws ACCESS_TOKEN_CONFIGURED */
  renew(): string {
    if (this.#isFixed) throw new StudioError('ACCESS_TOKEN_CONFIGURED');
    this.#value = writeToken(this.#file);
    this.#emitter.emit('renewed', this.#value);
    return this.#value;
  }

  /** Told the new token after each renewal: what was let in by the old one is to be ended. */
  onRenewed(listener: (token: string) => void): void {
    this.#emitter.on('renewed', listener);
  }
}

function keptToken(file: string): string | undefined {
  try {
    const token = readFileSync(file, 'utf8').trim() || undefined;
    if (token !== undefined) chmodSync(file, 0o600);
    return token;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a token that a crash has cut short would be easy to guess. */
function writeToken(file: string): string {
  const token = randomBytes(32).toString('base64url');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, `${token}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.tmp`, file);
  return token;
}
