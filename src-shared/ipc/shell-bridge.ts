import type { ErrorRecord } from '../pipeline/run-event.js';

/** Under this name the preload offers the bridge to the page: `window.atlas`. Absent in a browser. */
export const BRIDGE_NAME = 'atlas';

/** Where the service listens and who the page is to it. Handed over by the bridge, so that it is in no address. */
export interface ShellSession {
  /** `http://127.0.0.1:49152`, without a slash at its end. */
  readonly url: string;
  readonly token: string;
}

/** A photo on this computer that the person has opened. The page never names a path: it reads the photo by its id. */
export interface OpenedPhoto {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

/** What was opened by a dialog, dropped on the dock or given on the command line. */
export interface OpenedPhotos {
  /** In the order of their names. */
  readonly photos: readonly OpenedPhoto[];
  /** Files that are no photos. */
  readonly skipped: number;
  /** Name of the folder they come from, where it is one. */
  readonly folder?: string;
}

/** What can be shown in the system's file manager. */
export type RevealTarget =
  | { readonly kind: 'artifact'; readonly jobId: string; readonly name: string }
  | { readonly kind: 'folder'; readonly folder: ShellFolder };

export const SHELL_FOLDERS = ['storage', 'settings'] as const;
export type ShellFolder = (typeof SHELL_FOLDERS)[number];

export const CLOSE_CHOICES = ['ask', 'background', 'stop'] as const;

/** Choices of the person that concern the desktop application alone. */
export interface ShellPreferences {
  /** When the window is closed while captures are computed: ask, go on without the window, or stop. */
  readonly closing: (typeof CLOSE_CHOICES)[number];
  /** Whether the system tells when a capture has ended and the window is not seen. */
  readonly notifications: boolean;
  /** Whether new versions are looked for; off unless someone turns it on. */
  readonly updates: boolean;
}

/** What the Settings screen shows of the desktop application. */
export interface ShellFacts {
  readonly preferences: ShellPreferences;
  /** Absolute paths. */
  readonly folders: Readonly<Record<ShellFolder, string>>;
  /** `keychain`: encrypted by the system; `file`: in a file that only its owner can read. */
  readonly tokenKept: 'keychain' | 'file';
  /** Whether this build knows where new versions are. */
  readonly canUpdate: boolean;
}

/** What the page may ask of the shell; arguments are checked by `shell-requests.ts` on arrival. */
export interface ShellRequests {
  session(): ShellSession;
  facts(): ShellFacts;
  changePreferences(changes: Partial<ShellPreferences>): ShellPreferences;
  /** Shows the system's dialog. @returns undefined when the person thought better of it */
  choosePhotos(what: 'files' | 'folder'): OpenedPhotos | undefined;
  /** Photos that were opened before the page could hear of them; each is handed out once. */
  takeOpened(): readonly OpenedPhotos[];
  /** @param id of an {@link OpenedPhoto} */
  readPhoto(id: string): Uint8Array<ArrayBuffer>;
  /** Puts the folders of files that were dropped on the window among the system's recent ones. @param paths absolute */
  rememberDropped(paths: readonly string[]): void;
  /** @returns false where there is nothing to show any more */
  reveal(target: RevealTarget): boolean;
}

export type ShellRequestName = keyof ShellRequests;

export const SHELL_COMMANDS = [
  'go-home',
  'go-queue',
  'go-settings',
  'go-doctor',
  'show-photos',
  'show-progress',
  'show-model',
  'show-shortcuts',
] as const;

/** What a menu item asks the page to do. */
export type ShellCommand = (typeof SHELL_COMMANDS)[number];

/** What the shell tells the page. */
export interface ShellEvents {
  command: ShellCommand;
  /** There is something to fetch by `takeOpened`. */
  opened: undefined;
  /** The page was loaded again after it had crashed or stood still. */
  recovered: undefined;
  /** A job's notification was pressed. */
  openJob: { readonly jobId: string };
}

export type ShellEventName = keyof ShellEvents;

/** Answers travel as values: an error that is thrown across the bridge loses its code. */
export type ShellAnswer<Value> = { readonly value: Value } | { readonly error: ErrorRecord };

type Asked<Request> = Request extends (...args: infer Args) => infer Value
  ? (...args: Args) => Promise<ShellAnswer<Value>>
  : never;

/** `window.atlas`: named methods only; subscriptions return what ends them. */
export type ShellBridge = {
  readonly [Name in Exclude<ShellRequestName, 'rememberDropped'>]: Asked<ShellRequests[Name]>;
} & {
  readonly platform: 'darwin' | 'win32' | 'linux';
  /** @param files that were dropped on the page; only the preload can tell their paths */
  rememberDropped(files: readonly File[]): void;
  on<Name extends ShellEventName>(name: Name, listener: (value: ShellEvents[Name]) => void): () => void;
};

/** The bridge as the page uses it: answers without their wrapping, failures thrown. */
export type ShellClient = Pick<ShellBridge, 'platform' | 'rememberDropped' | 'on'> & {
  readonly [Name in Exclude<ShellRequestName, 'rememberDropped'>]: (
    ...args: Parameters<ShellRequests[Name]>
  ) => Promise<ReturnType<ShellRequests[Name]>>;
};

/** Channels of the map; the preload knows no other. */
export const requestChannel = (name: ShellRequestName): string => `atlas:request:${name}`;
export const eventChannel = (name: ShellEventName): string => `atlas:event:${name}`;
