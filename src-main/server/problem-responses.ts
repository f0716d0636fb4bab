import { ProblemSchema } from '../../src-shared/api/problem-schema.js';

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  404: 'There is no such resource',
  409: 'The resource is in another state',
  410: 'The file has expired',
  413: 'Too large',
  415: 'Wrong content type',
  416: 'Range outside the file',
  422: 'The content cannot be used',
  503: 'Not ready',
  507: 'The disk is full',
};

const content = (status: number) => ({
  description: DESCRIPTIONS[status] ?? 'Error',
  content: { 'application/problem+json': { schema: ProblemSchema } },
});

/** The problem answers of a route, for its schema; those that every route can give are added. */
export function problemResponses(...statuses: readonly number[]) {
  return Object.fromEntries([...statuses, 401, 403, 429].map((status) => [status, content(status)]));
}
