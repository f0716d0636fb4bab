import type { Session } from 'electron';
import type { PagePolicy } from './page-policy.js';

/** What the page may do with the clipboard; it may do nothing else that a page must ask for. */
const ALLOWED_PERMISSIONS: readonly string[] = ['clipboard-sanitized-write'];

/**
 * Refuses what the studio's page has no use for: 1. camera, microphone, location and every other permission; 2. devices; 3. any
 * address besides the service's own.
 */
export function hardenSession(session: Session, policy: PagePolicy): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(ALLOWED_PERMISSIONS.includes(permission) && policy.mayNavigate(contents.getURL())),
  );
  session.setPermissionCheckHandler((_contents, permission) => ALLOWED_PERMISSIONS.includes(permission));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !policy.mayRequest(url) }));
}
