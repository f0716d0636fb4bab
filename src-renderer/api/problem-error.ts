import { type Problem, ProblemSchema } from '../../src-shared/api/problem-schema.js';

/** The service refused a request and said why. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly problem: Problem,
    /** Seconds to wait before the same request may succeed, where the service said so. */
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.detail ?? problem.title);
  }

  get code(): string {
    return this.problem.code;
  }
}

/** No answer came: the service is not there, or the line is broken. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Reads an answer's problem; an answer that is none (a proxy's page) becomes one. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined);
  return problemFrom(body, response.status, response.headers.get('retry-after'));
}

/** @param body parsed JSON of an answer */
export function problemFrom(body: unknown, status: number, retryAfter?: string | null): ProblemError {
  const parsed = ProblemSchema.safeParse(body);
  const seconds = retryAfter ? Number(retryAfter) : Number.NaN;
  const problem: Problem = parsed.success
    ? parsed.data
    : {
        ...{ type: 'about:blank', title: `The service answered with status ${status}.`, status, code: 'HTTP_STATUS' },
        ...{ hint: 'Try again in a moment.', retryable: status >= 500 },
      };
  return new ProblemError(problem, Number.isFinite(seconds) ? seconds : undefined);
}
