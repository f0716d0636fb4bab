import { StudioError } from '../../../src-shared/errors/studio-error.js';
import {
  requestChannel,
  type ShellAnswer,
  type ShellRequestName,
  type ShellRequests,
} from '../../../src-shared/ipc/shell-bridge.js';
import { SHELL_REQUEST_ARGUMENTS } from '../../../src-shared/ipc/shell-requests.js';
import type { Log } from '../../logging/log.js';

/** What answers each request; may take its time. */
export type ShellAnswers = {
  readonly [Name in ShellRequestName]: (
    ...args: Parameters<ShellRequests[Name]>
  ) => ReturnType<ShellRequests[Name]> | Promise<ReturnType<ShellRequests[Name]>>;
};

/** The frame that sent a message, as Electron tells it. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** As much of Electron's `ipcMain` as is used. */
export interface RequestPort {
  handle(
    channel: string,
    listener: (event: { readonly senderFrame: SenderFrame | null }, ...args: unknown[]) => unknown,
  ): void;
  removeHandler(channel: string): void;
}

const NAMES = Object.keys(SHELL_REQUEST_ARGUMENTS) as readonly ShellRequestName[];

/**
 * Answers the page's requests: 1. only those of the studio's own main frame; 2. only with arguments that fit the request's
 * schema; 3. failures as values with code, message and hint, their causes only in the log.
 *
 * @returns ends it
 */
export function answerRequests(
  port: RequestPort,
  answers: ShellAnswers,
  isOwnFrame: (frame: SenderFrame | null) => boolean,
  log: Log,
): () => void {
  for (const name of NAMES) {
    port.handle(requestChannel(name), async ({ senderFrame }, ...args): Promise<ShellAnswer<unknown>> => {
      if (!isOwnFrame(senderFrame)) {
        log.warn('shell-request-refused', { request: name });
        return { error: new StudioError('API_HOST_REFUSED').toJSON() };
      }
      const parsed = SHELL_REQUEST_ARGUMENTS[name].safeParse(args);
      if (!parsed.success) {
        const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
        return { error: new StudioError('API_INVALID_REQUEST', { details: { problems } }).toJSON() };
      }
      try {
        const answer = answers[name] as (...args: readonly unknown[]) => unknown;
        return { value: await answer(...parsed.data) };
      } catch (error) {
        const known = error instanceof StudioError ? error : new StudioError('INTERNAL', { cause: error });
        log.warn('shell-request-failed', { request: name, code: known.code, cause: String(known.cause ?? '') });
        return { error: known.toJSON() };
      }
    });
  }
  return () => {
    for (const name of NAMES) port.removeHandler(requestChannel(name));
  };
}
