import { z } from 'zod';

const bytes = z.number().int().positive();
const hours = z.number().positive().max(1_000_000);

/** The settings of the service that can be changed while it runs, by their names in the configuration. */
export const SETTING_FIELDS = {
  concurrency: z.number().int().min(1).max(64).describe('Jobs that run at the same time'),
  threads: z
    .number()
    .int()
    .min(1)
    .max(256)
    .describe('Worker threads of each job; its share of the processors when absent'),
  jobMemoryBytes: bytes.describe('Memory above which a job is ended'),
  crashRetries: z.number().int().min(0).max(10).describe('Automatic retries of a job whose process crashed'),
  minPhotos: z.number().int().min(3).max(100_000).describe('Fewest photos that a job may have'),
  maxPhotos: z.number().int().min(3).max(100_000).describe('Most photos that a job may have'),
  maxPhotoBytes: bytes.describe('Largest photo file'),
  maxPhotoPixels: bytes.describe('Most pixels of a photo'),
  minFreeDiskBytes: bytes.describe('Free space below which no job is accepted'),
  draftHours: hours.describe('Time to live of a draft that nothing is added to'),
  workspaceHours: hours.describe('Time after the end of a job until its intermediate files go'),
  artifactHours: hours.describe('Time after the end of a job until its artifacts go'),
} as const;

export type SettingName = keyof typeof SETTING_FIELDS;

export const SETTING_NAMES = Object.keys(SETTING_FIELDS) as readonly SettingName[];

/** The settings as they are, and who may change them. */
export const SettingsResourceSchema = z
  .object({
    settings: z.object({ ...SETTING_FIELDS, threads: SETTING_FIELDS.threads.nullable() }),
    fixed: z
      .array(z.enum(SETTING_NAMES as [SettingName, ...SettingName[]]))
      .describe('Set by the operator (file, environment or flags): these cannot be changed here'),
    storage: z.string().describe('Folder of jobs, photos and artifacts on the computer of the service'),
  })
  .meta({ id: 'Settings' });

export type SettingsResource = z.infer<typeof SettingsResourceSchema>;

/** The settings to change; null goes back to the default. `threads` and `jobMemoryBytes` count from the next start of a job. */
export const ChangeSettingsSchema = z
  .strictObject({
    concurrency: SETTING_FIELDS.concurrency.nullable(),
    threads: SETTING_FIELDS.threads.nullable(),
    jobMemoryBytes: SETTING_FIELDS.jobMemoryBytes.nullable(),
    crashRetries: SETTING_FIELDS.crashRetries.nullable(),
    minPhotos: SETTING_FIELDS.minPhotos.nullable(),
    maxPhotos: SETTING_FIELDS.maxPhotos.nullable(),
    maxPhotoBytes: SETTING_FIELDS.maxPhotoBytes.nullable(),
    maxPhotoPixels: SETTING_FIELDS.maxPhotoPixels.nullable(),
    minFreeDiskBytes: SETTING_FIELDS.minFreeDiskBytes.nullable(),
    draftHours: SETTING_FIELDS.draftHours.nullable(),
    workspaceHours: SETTING_FIELDS.workspaceHours.nullable(),
    artifactHours: SETTING_FIELDS.artifactHours.nullable(),
  })
  .partial()
  .meta({ id: 'ChangeSettings' });

export type ChangeSettings = z.infer<typeof ChangeSettingsSchema>;

export const AccessTokenSchema = z
  .object({ token: z.string().describe('The one before it works no more') })
  .meta({ id: 'AccessToken' });
