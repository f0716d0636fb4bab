/** What the desktop shell's preload offers to the page; absent in a browser. Named methods only. */
export interface DesktopBridge {
  /** Where the service listens and its token. */
  session(): Promise<{ readonly url: string; readonly token: string }>;
}

/** @returns the shell's bridge, or undefined in a browser */
export function desktopBridge(): DesktopBridge | undefined {
  return (globalThis as { atlasDesktop?: DesktopBridge }).atlasDesktop;
}
