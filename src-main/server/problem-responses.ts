import { ProblemSchema } from '../../src-shared/api/problem-schema.js';

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'The access token is missing or wrong',
  403: 'Refused',
  404: 'There is no such resource',
  409: 'The resource is in another state',
  408: 'The request came too slowly',
  410: 'The file has expired',
  412: 'Another version of the protocol',
  413: 'Too large',
  415: 'Wrong content type',
  416: 'Range outside the file',
  422: 'The content cannot be used',
  426: 'To be asked for as another protocol',
  429: 'Too many requests',
  503: 'Not ready',
  507: 'The disk is full',
};

export const problemDescription = (status: number): string => DESCRIPTIONS[status] ?? 'Error';

const content = (status: number) => ({
  description: problemDescription(status),
  content: { 'application/problem+json': { schema: ProblemSchema } },
});

/** The problem answers of a route, for its schema; those that every route can give are added. */
export function problemResponses(...statuses: readonly number[]) {
  return Object.fromEntries([...statuses, 401, 403, 429].map((status) => [status, content(status)]));
}
