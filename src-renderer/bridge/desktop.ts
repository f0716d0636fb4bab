import { StudioError } from '../../src-shared/errors/studio-error.js';
import {
  BRIDGE_NAME,
  type ShellAnswer,
  type ShellBridge,
  type ShellClient,
} from '../../src-shared/ipc/shell-bridge.js';

interface ShellPage {
  readonly [BRIDGE_NAME]?: ShellBridge;
}

/**
 * What the desktop shell's preload offers to the page.
 *
 * @param page where the preload has put it; replaced in tests
 * @returns undefined in a browser
 */
export function connectShell(page: ShellPage = globalThis as ShellPage): ShellClient | undefined {
  const bridge = page[BRIDGE_NAME];
  if (!bridge) return undefined;
  return {
    platform: bridge.platform,
    session: unwrapped(bridge.session),
    facts: unwrapped(bridge.facts),
    changePreferences: unwrapped(bridge.changePreferences),
    choosePhotos: unwrapped(bridge.choosePhotos),
    takeOpened: unwrapped(bridge.takeOpened),
    readPhoto: unwrapped(bridge.readPhoto),
    reveal: unwrapped(bridge.reveal),
    rememberDropped: (files) => bridge.rememberDropped(files),
    on: (name, listener) => bridge.on(name, listener),
  };
}

const unwrapped =
  <Args extends readonly unknown[], Value>(ask: (...args: Args) => Promise<ShellAnswer<Value>>) =>
  async (...args: Args): Promise<Value> => {
    const answer = await ask(...args);
    if ('error' in answer) throw new StudioError(answer.error.code, answer.error);
    return answer.value;
  };
