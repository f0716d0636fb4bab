/** What a window of the studio may be: shared by the window and by everything that Chromium might open in its place. */
export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Pages about programs that Atlas works with; a link to any other is not followed. */
const DOCUMENTATION: readonly string[] = [
  'https://colmap.github.io/',
  'https://docs.docker.com/',
  'https://podman.io/docs/',
  'https://openmvg.readthedocs.io/',
  'https://github.com/openMVG/openMVG/',
  'https://github.com/cdcseacave/openMVS/',
  'https://docs.unity3d.com/',
];

/** What the page itself makes, besides its own origin. */
const OWN_SCHEMES: readonly string[] = ['blob:', 'data:', 'devtools:'];

/** The decisions about addresses, for the origin that the service has in this run: `http://127.0.0.1:49152`. */
export class PagePolicy {
  readonly origin: string;

  constructor(serviceUrl: string) {
    this.origin = new URL(serviceUrl).origin;
  }

  /** Whether the window may show the address: the studio's page and nothing else of the service. */
  mayNavigate(address: string): boolean {
    const url = parse(address);
    return url !== undefined && url.origin === this.origin && (url.pathname === '/' || url.pathname === '/index.html');
  }

  /** Whether anything of the address may be loaded by the window. */
  mayRequest(address: string): boolean {
    const url = parse(address);
    if (!url) return false;
    // An object URL has the origin of the page that made it.
    if (url.protocol === 'blob:') return url.origin === this.origin;
    if (OWN_SCHEMES.includes(url.protocol)) return true;
    return url.origin === this.origin || url.origin.replace(/^http/, 'ws') === this.origin.replace(/^http/, 'ws');
  }

  /** The address to open in the person's browser for a link that asks for a new window; undefined where it is refused. */
  externalLink(address: string): string | undefined {
    const url = parse(address);
    if (url?.username !== '' || url.password !== '') return undefined;
    if (url.origin === this.origin) return /^\/docs(\/|$)/.test(url.pathname) ? url.href : undefined;
    return DOCUMENTATION.some((start) => url.href.startsWith(start)) ? url.href : undefined;
  }

  /** Whether a message comes from the studio's page itself: not from a frame in it, nor from what has taken its place. */
  isOwnFrame(frame: { readonly url: string; readonly parent: unknown } | null | undefined): boolean {
    return frame !== null && frame !== undefined && frame.parent === null && this.mayNavigate(frame.url);
  }
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}
