import { readFileSync } from 'node:fs';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { AtlasClient } from '../client/atlas-client.js';
import { type Output, STANDARD_OUTPUT } from './output.js';

/** Flags of all `atlas remote` commands. */
export interface ServiceFlags {
  readonly url: string;
  readonly tokenFile: string;
  readonly json?: boolean;
}

/** A client for the service that the flags name. @throws API_UNAUTHORIZED without a token, INPUT_OPTION_INVALID */
export function openRemote({ url, tokenFile }: ServiceFlags): AtlasClient {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    throw new StudioError('INPUT_OPTION_INVALID', { message: `--url: ${url} is no http or https address` });
  }
  const token = process.env.ATLAS_API_KEY ?? readToken(tokenFile);
  if (token === undefined)
    throw new StudioError('API_UNAUTHORIZED', { message: `There is no access token in ${tokenFile}.` });
  return new AtlasClient({ url, token });
}

function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs a command: its result goes to the output, as JSON or as text; what fails is a typed error, for programs a line of JSON
 * too.
 *
 * @param act returns what programs are told, and what people are
 * @throws StudioError
 */
export async function runRemote(
  flags: ServiceFlags,
  act: (client: AtlasClient) => Promise<{ readonly json: unknown; readonly text?: string } | undefined>,
  output: Output = STANDARD_OUTPUT,
): Promise<void> {
  try {
    const result = await act(openRemote(flags));
    if (flags.json && result) output.line(JSON.stringify(result.json));
    else if (result?.text) output.line(result.text);
  } catch (error) {
    const known = typed(error, flags);
    if (flags.json) output.line(JSON.stringify({ error: known.toJSON() }));
    throw known;
  }
}

/** What `fetch` throws where nobody answers has no type of its own. */
function typed(error: unknown, { url }: ServiceFlags): Error & Pick<StudioError, 'toJSON'> {
  if (error instanceof StudioError) return error;
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return new StudioError('SERVICE_UNREACHABLE', {
      cause: error,
      details: { url, cause: String((error.cause as { message?: unknown } | undefined)?.message ?? '') },
    });
  }
  return new StudioError('INTERNAL', { cause: error, details: { cause: String(error) } });
}
