import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AtlasClient } from '../../client/atlas-client.js';
import type { Log } from '../../logging/log.js';
import { loadServiceConfig, type ServiceConfig } from '../../server/config.js';
import { listen } from '../../server/listen.js';
import { openServiceLog } from '../../server/open-service-log.js';
import { ServiceFolders } from '../../storage/service-folders.js';
import type { ShellSettings } from '../shell-settings.js';
import { choosePort } from './choose-port.js';
import { type Keychain, TokenVault } from './token-vault.js';

/** Settings of the service, in the folder of the application's settings; the same as `atlas serve --config` takes. */
const CONFIG_FILE = 'atlas.config.json';
/** The window is on this computer, whatever other addresses the service may be told to listen on. */
const LOCAL = '127.0.0.1';

/** The service as it runs within the shell. */
export interface ShellService {
  /** `http://127.0.0.1:49152` */
  readonly url: string;
  /** As it is now: the person may renew it. */
  readonly token: string;
  readonly config: ServiceConfig;
  readonly folders: ServiceFolders;
  readonly client: AtlasClient;
  readonly log: Log;
  readonly tokenKept: 'keychain' | 'file';
  close(): Promise<void>;
}

/**
 * Starts the service of `atlas serve` in this process: 1. its configuration; 2. a port, the fixed one if one is configured;
 * 3. the token from the keychain; 4. storage, queue and routes.
 *
 * @param folder of the application's settings
 * @throws OUTPUT_NOT_WRITABLE; what `listen` throws: CONFIG_INVALID when a fixed port is taken, OUTPUT_IN_USE when another
 *   Atlas uses the storage
 */
export async function startShellService({
  folder,
  environment,
  settings,
  keychain,
}: {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly settings: ShellSettings;
  readonly keychain: Keychain;
}): Promise<ShellService> {
  const file = join(folder, CONFIG_FILE);
  const configured = loadServiceConfig({
    environment,
    defaults: { port: 0 },
    ...(existsSync(file) ? { file } : {}),
  });
  const log = openServiceLog(configured);
  const port = await choosePort({ fixed: configured.port || undefined, last: settings.lastPort });
  const folders = new ServiceFolders(configured.storage);
  const vault = new TokenVault(folder, folders.token, keychain);
  const apiKey = configured.apiKey ?? (await vault.open());
  const { tls: _, ...plain } = configured;
  const config: ServiceConfig = { ...plain, port, ...(apiKey === undefined ? {} : { apiKey }) };
  const service = await listen(config, log);
  const url = `http://${LOCAL}:${new URL(service.url).port}`;
  settings.rememberPort(Number(new URL(url).port));
  service.access.onRenewed((token) => {
    vault.keep(token).catch((error: unknown) => log.error('token-not-kept', { error: String(error) }));
  });
  return {
    ...{ url, config, folders, log },
    get token() {
      return service.token;
    },
    client: new AtlasClient({
      url,
      get token() {
        return service.token;
      },
    }),
    tokenKept: vault.isEncrypted ? 'keychain' : 'file',
    close: () => service.close(),
  };
}
