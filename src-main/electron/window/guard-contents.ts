import { type App, shell } from 'electron';
import type { PagePolicy } from './page-policy.js';

/**
 * Guards every page that the application ever makes: it stays on the studio, opens no windows and no webviews; links to known
 * documentation are given to the person's browser.
 */
export function guardContents(app: App, policy: () => PagePolicy | undefined): void {
  app.on('web-contents-created', (_created, contents) => {
    const refuse = (event: { preventDefault(): void }, url: string) => {
      if (policy()?.mayNavigate(url) !== true) event.preventDefault();
    };
    contents.on('will-navigate', (event) => refuse(event, event.url));
    contents.on('will-frame-navigate', (event) => refuse(event, event.url));
    contents.on('will-redirect', (event) => refuse(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      const link = policy()?.externalLink(url);
      if (link !== undefined) void shell.openExternal(link);
      return { action: 'deny' };
    });
  });
}
