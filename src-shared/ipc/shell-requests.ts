import { z } from 'zod';
import { CLOSE_CHOICES, SHELL_FOLDERS, type ShellRequestName, type ShellRequests } from './shell-bridge.js';

/** Preferences as they are stored; what is missing or damaged is as it was at first. */
export const ShellPreferencesSchema = z.object({
  closing: z.enum(CLOSE_CHOICES).default('ask').catch('ask'),
  notifications: z.boolean().default(true).catch(true),
  updates: z.boolean().default(false).catch(false),
});

const PreferenceChangesSchema = z.strictObject({
  closing: z.enum(CLOSE_CHOICES).exactOptional(),
  notifications: z.boolean().exactOptional(),
  updates: z.boolean().exactOptional(),
});

const RevealTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('artifact'),
    jobId: z.uuid(),
    // A name of the service's own table: never a path.
    name: z.string().regex(/^[\w-]{1,80}(\.[\w-]{1,20}){1,3}$/),
  }),
  z.strictObject({ kind: z.literal('folder'), folder: z.enum(SHELL_FOLDERS) }),
]);

const MOST_DROPPED = 5000;

/** The arguments of each request, as the main process takes them. A page that was taken over can send anything. */
export const SHELL_REQUEST_ARGUMENTS = {
  session: z.tuple([]),
  facts: z.tuple([]),
  changePreferences: z.tuple([PreferenceChangesSchema]),
  choosePhotos: z.tuple([z.enum(['files', 'folder'])]),
  takeOpened: z.tuple([]),
  readPhoto: z.tuple([z.uuid()]),
  rememberDropped: z.tuple([z.array(z.string().min(1).max(4096)).max(MOST_DROPPED)]),
  reveal: z.tuple([RevealTargetSchema]),
} satisfies { readonly [Name in ShellRequestName]: z.ZodType<Parameters<ShellRequests[Name]>> };
