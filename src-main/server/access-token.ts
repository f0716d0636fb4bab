import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The service's bearer token: the configured one, else the one generated at first start into a file that only its owner can
 * read.
 */
export function accessToken(configured: string | undefined, file: string): string {
  if (configured !== undefined) return configured;
  mkdirSync(dirname(file), { recursive: true });
  const kept = readToken(file);
  if (kept !== undefined) {
    chmodSync(file, 0o600);
    return kept;
  }
  const token = randomBytes(32).toString('base64url');
  // Whole or not at all: a token that a crash has cut short would be easy to guess.
  writeFileSync(`${file}.tmp`, `${token}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.tmp`, file);
  return token;
}

function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Compares in a time that does not depend on where they differ, nor on their lengths. */
export function tokensEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
