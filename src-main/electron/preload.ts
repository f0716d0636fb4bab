import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  BRIDGE_NAME,
  eventChannel,
  requestChannel,
  type ShellBridge,
  type ShellRequestName,
} from '../../src-shared/ipc/shell-bridge.js';

// Runs in the page's sandboxed process, before the page and apart from it. It hands out the named methods below and nothing
// of Electron. Bundled into one CommonJS file by build-preload.mjs: a sandboxed preload can load no other.

const ask =
  (name: ShellRequestName) =>
  (...args: readonly unknown[]) =>
    ipcRenderer.invoke(requestChannel(name), ...args);

const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';

const bridge: ShellBridge = {
  platform,
  session: ask('session'),
  facts: ask('facts'),
  changePreferences: ask('changePreferences'),
  choosePhotos: ask('choosePhotos'),
  takeOpened: ask('takeOpened'),
  readPhoto: ask('readPhoto'),
  reveal: ask('reveal'),
  rememberDropped(files) {
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    if (paths.length > 0) void ipcRenderer.invoke(requestChannel('rememberDropped'), paths);
  },
  on(name, listener) {
    const channel = eventChannel(name);
    // The event itself would give the page Electron's sender.
    const hear = (_event: unknown, value: Parameters<typeof listener>[0]) => listener(value);
    ipcRenderer.on(channel, hear);
    return () => ipcRenderer.off(channel, hear);
  },
};

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
