import { StudioError } from '../../src-shared/errors/studio-error.js';
import { ProblemError, UnreachableError } from '../api/problem-error.js';
import { texts } from '../ui/texts.js';
import type { Notice } from './notices-store.js';

/** An error in words: what happened and what to do. */
export function explain(error: unknown): { readonly title: string; readonly hint: string; readonly code?: string } {
  if (error instanceof ProblemError) {
    return { title: error.problem.detail ?? error.problem.title, hint: error.problem.hint, code: error.code };
  }
  if (error instanceof StudioError) return { title: error.message, hint: error.hint, code: error.code };
  if (error instanceof UnreachableError) return { title: texts.connection.lost, hint: texts.connection.lostHint };
  return { title: texts.errors.unexpected, hint: texts.errors.unexpectedHint };
}

export function noticeOf(error: unknown): Omit<Notice, 'id'> {
  const { title, hint } = explain(error);
  return { kind: 'bad', text: title, hint };
}
