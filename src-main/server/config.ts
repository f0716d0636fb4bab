import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { SETTING_FIELDS } from '../../src-shared/api/settings-schemas.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';

/** Everything about the service that its operator can set, in `atlas.config.json`, by ATLAS_* variables or by flags. */
export const ServiceConfigSchema = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on'),
  port: z.number().int().min(0).max(65535).default(8787).describe('Port to listen on; 0 takes a free one'),
  storage: z
    .string()
    .default(join(homedir(), '.atlas', 'storage'))
    .describe('Folder of jobs, photos and artifacts'),
  apiKey: z
    .string()
    .min(16)
    // Others cannot stand in a header, or are taken apart there.
    .regex(/^[!-~]*$/, 'must be of letters, digits and signs, without spaces')
    .optional()
    .describe('Bearer token; generated into the storage folder when absent'),
  allowedHosts: z.array(z.string()).default([]).describe('Host names besides the local ones that requests may name'),
  corsOrigins: z.array(z.url()).default([]).describe('Web origins that may call the API'),
  tls: z
    .strictObject({ certificate: z.string(), key: z.string() })
    .optional()
    .describe('PEM files; plain HTTP when absent'),
  trustProxy: z
    .union([z.boolean(), z.array(z.string().refine(isAddressRange, 'is no address or range'))])
    .default(false)
    .describe('Whether X-Forwarded-For of the proxy in front is believed; or the addresses of the proxies'),
  concurrency: SETTING_FIELDS.concurrency.default(1),
  threads: SETTING_FIELDS.threads.optional(),
  jobMemoryBytes: SETTING_FIELDS.jobMemoryBytes.default(6 * 1024 ** 3),
  niceness: z.number().int().min(0).max(19).default(10).describe('Priority of jobs: higher leaves more to others'),
  crashRetries: SETTING_FIELDS.crashRetries.default(2),
  minPhotos: SETTING_FIELDS.minPhotos.default(12),
  maxPhotos: SETTING_FIELDS.maxPhotos.default(1000),
  maxPhotoBytes: SETTING_FIELDS.maxPhotoBytes.default(100 * 1024 ** 2),
  maxPhotoPixels: SETTING_FIELDS.maxPhotoPixels.default(200_000_000),
  minFreeDiskBytes: SETTING_FIELDS.minFreeDiskBytes.default(2 * 1024 ** 3),
  draftHours: SETTING_FIELDS.draftHours.default(24),
  workspaceHours: SETTING_FIELDS.workspaceHours.default(24 * 7),
  artifactHours: SETTING_FIELDS.artifactHours.default(24 * 30),
  requestsPerMinute: z.number().int().min(1).default(6000).describe('Requests a client may make in a minute'),
  headersTimeoutSeconds: z.number().positive().max(600).default(20).describe('Time for the head of a request'),
  slowBodySeconds: z
    .number()
    .positive()
    .max(3600)
    .default(30)
    .describe('Time after which a request whose body trickles in (below 1 KiB/s) is ended'),
  webhookAllowPrivate: z.boolean().default(false).describe('Whether webhooks may go to private addresses'),
  clamd: z.string().optional().describe('clamd socket: a path, or HOST:PORT'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least important lines that are logged'),
});

/** An address, or a range like 10.0.0.0/8. */
function isAddressRange(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

export type ServiceConfig = z.infer<typeof ServiceConfigSchema> & {
  /** Names of the settings that were given, not left to their defaults. */
  readonly given: ReadonlySet<string>;
};

const toVariable = (name: string): string => `ATLAS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** The environment variable of each setting: `ATLAS_MAX_PHOTOS`; lists are separated by commas. */
export const CONFIG_VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(ServiceConfigSchema.shape).map((name) => [toVariable(name), name]),
);

/**
 * The service's configuration: defaults (the caller's above the schema's), then the file, then the environment, then flags.
 *
 * @param sources.file path of a JSON file
 * @param sources.flags settings given on the command line
 * @throws CONFIG_INVALID naming the setting and what is wrong with it
 */
export function loadServiceConfig(sources: {
  readonly file?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly flags?: Readonly<Record<string, unknown>>;
}): ServiceConfig {
  const settings = {
    ...sources.defaults,
    ...(sources.file === undefined ? {} : readConfigFile(sources.file)),
    ...fromEnvironment(sources.environment),
    ...sources.flags,
  };
  const parsed = ServiceConfigSchema.safeParse(settings);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
    throw new StudioError('CONFIG_INVALID', {
      message: `The configuration is not valid: ${problems.join('; ')}.`,
      details: { problems },
    });
  }
  return { ...parsed.data, storage: resolve(parsed.data.storage), given: new Set(Object.keys(settings)) };
}

function readConfigFile(path: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new StudioError('CONFIG_INVALID', {
      message: `The configuration file ${path} cannot be read.`,
      cause: error,
    });
  }
}

/** Reads each variable as its setting wants it: as text, as JSON or as a list; what fits none is left to the schema to refuse. */
function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [variable, name] of Object.entries(CONFIG_VARIABLES)) {
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    const schema = ServiceConfigSchema.shape[name as keyof typeof ServiceConfigSchema.shape];
    const json = parseJson(text);
    const readings = [text, ...(json === undefined ? [] : [json]), text.split(',').map((part) => part.trim())];
    settings[name] = readings.find((reading) => schema.safeParse(reading).success) ?? json ?? text;
  }
  return settings;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
