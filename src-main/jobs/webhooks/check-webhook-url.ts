import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';

export interface WebhookUrlOptions {
  /** Whether private addresses may be called. */
  readonly allowPrivate: boolean;
  /** Finds the addresses of a name; the system's unless given. */
  readonly resolve?: (host: string, options: { readonly all: true }) => Promise<readonly LookupAddress[]>;
}

/**
 * Resolves a webhook's host and refuses private, loopback and other special addresses, so that a client cannot make the
 * service call machines of its own network (SSRF). Called at every delivery; the request must go to the returned address, for
 * a name may resolve differently a moment later (DNS rebinding).
 *
 * @throws WEBHOOK_URL_REFUSED
 */
export async function checkWebhookUrl(
  url: string,
  { allowPrivate, resolve = lookup }: WebhookUrlOptions,
): Promise<{ readonly url: URL; readonly address: string; readonly family: 4 | 6 }> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') || parsed.username || parsed.password) {
    throw new StudioError('WEBHOOK_URL_REFUSED', { details: { url } });
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const addresses = await resolve(host, { all: true }).catch((error: unknown) => {
    throw new StudioError('WEBHOOK_URL_REFUSED', {
      message: 'The webhook’s host is not known.',
      cause: error,
      details: { url },
    });
  });
  const usable = addresses.find(({ address }) => allowPrivate || isPublicAddress(address));
  if (!usable) throw new StudioError('WEBHOOK_URL_REFUSED', { details: { url } });
  return { url: parsed, address: usable.address, family: usable.family === 6 ? 6 : 4 };
}

/** Whether an address is one of the public internet. An IPv4 address mapped into IPv6 counts as what it maps. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
