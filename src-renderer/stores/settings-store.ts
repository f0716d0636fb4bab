import { createStore } from 'zustand/vanilla';
import type { ChangeSettings, SettingName, SettingsResource } from '../../src-shared/api/settings-schemas.js';
import type { ShellClient, ShellFacts, ShellPreferences } from '../../src-shared/ipc/shell-bridge.js';
import type { AtlasApi } from '../api/atlas-api.js';
import { texts } from '../ui/texts.js';
import { noticeOf } from './notice-of.js';
import type { NoticesStore } from './notices-store.js';
import type { SessionStore } from './session-store.js';

export interface SettingsState {
  /** Undefined until they are read. */
  readonly service: SettingsResource | undefined;
  /** Undefined in a browser. */
  readonly shell: ShellFacts | undefined;
  load(): Promise<void>;
  /** Changes a setting of the service, with a way back. A value that is refused stays as it was. */
  change(name: SettingName, value: number | null): Promise<void>;
  /** Puts all settings that can be changed back to their defaults, with a way back. */
  reset(): Promise<void>;
  changePreferences(changes: Partial<ShellPreferences>): Promise<void>;
  /** @returns whether there is a new token now */
  renewToken(): Promise<boolean>;
}

interface SettingsParts {
  readonly api: AtlasApi;
  readonly shell: ShellClient | undefined;
  readonly session: SessionStore;
  readonly notices: NoticesStore;
  /** Told when what captures are allowed has changed. */
  readonly onChanged: () => void;
}

/** What can be set: of the service, and of the desktop application. */
export function createSettingsStore({ api, shell, session, notices, onChanged }: SettingsParts) {
  return createStore<SettingsState>()((set, get) => {
    const send = async (changes: ChangeSettings): Promise<boolean> => {
      try {
        set({ service: await api.changeSettings(changes) });
        onChanged();
        return true;
      } catch (error) {
        notices.getState().show(noticeOf(error));
        // The field shows again what counts.
        set(({ service }) => ({ service: service && { ...service } }));
        return false;
      }
    };
    const withWayBack = async (changes: ChangeSettings, before: ChangeSettings, text: string): Promise<void> => {
      if (!(await send(changes))) return;
      const action = { label: texts.common.undo, run: () => void send(before) };
      notices.getState().show({ kind: 'good', text, action });
    };

    return {
      service: undefined,
      shell: undefined,
      async load() {
        const [service, facts] = await Promise.all([
          api.settings().catch((error: unknown) => {
            notices.getState().show(noticeOf(error));
            return undefined;
          }),
          shell?.facts().catch(() => undefined),
        ]);
        set({ ...(service ? { service } : {}), shell: facts });
      },
      async change(name, value) {
        const before = get().service?.settings[name];
        if (before === undefined || before === value) return;
        await withWayBack({ [name]: value }, { [name]: before }, texts.settings.saved);
      },
      async reset() {
        const { service } = get();
        if (!service) return;
        const free = Object.entries(service.settings).filter(
          ([name]) => !service.fixed.some((other) => other === name),
        );
        const defaults = Object.fromEntries(free.map(([name]) => [name, null]));
        await withWayBack(defaults, Object.fromEntries(free), texts.settings.resetDone);
      },
      async changePreferences(changes) {
        try {
          const preferences = await shell?.changePreferences(changes);
          if (preferences) set(({ shell: facts }) => ({ shell: facts && { ...facts, preferences } }));
        } catch (error) {
          notices.getState().show(noticeOf(error));
        }
      },
      async renewToken() {
        try {
          await api.renewToken((token) => session.getState().setToken(token));
          notices.getState().show({ kind: 'good', text: texts.settings.renewed, hint: texts.settings.renewedHint });
          return true;
        } catch (error) {
          notices.getState().show(noticeOf(error));
          return false;
        }
      },
    };
  });
}

export type SettingsStore = ReturnType<typeof createSettingsStore>;
