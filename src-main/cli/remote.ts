import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { JobResource } from '../../src-shared/api/job-schemas.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { AtlasClient } from '../client/atlas-client.js';
import { listPhotos } from '../stages/1-import/list-photos.js';
import { EXIT_CODES } from './exit-codes.js';
import { STANDARD_OUTPUT } from './output.js';
import { parseReconstructOptions } from './parse-options.js';

interface ServiceFlags {
  readonly url: string;
  readonly tokenFile: string;
}

interface SubmitFlags extends ServiceFlags {
  readonly name?: string;
  readonly resumable?: boolean;
}

/** Above this the photos go one by one, so that a broken connection does not begin anew. */
const RESUMABLE_FROM_PHOTOS = 100;

export function addRemoteCommand(program: Command): void {
  const remote = program.command('remote').description('use a running service: submit, status, wait, download, cancel');
  const command = (usage: string, description: string) =>
    remote
      .command(usage)
      .description(description)
      .option('--url <address>', 'of the service', process.env.ATLAS_URL ?? 'http://127.0.0.1:8787')
      .option(
        '--token-file <file>',
        'file with the access token; the variable ATLAS_API_KEY comes first',
        join(homedir(), '.atlas', 'storage', 'token'),
      );

  command('submit <photos...>', 'send photos; prints the id of the job')
    .option('--name <text>', 'for people')
    .option('-t, --tier <tier>', 'quality: preview, standard or premium', 'standard')
    .option('--triangles <n>', 'most triangles of the model')
    .option('--texture-size <px>', 'width of the texture')
    .option('--engine <engine>', 'whose programs: auto (built in), builtin, colmap or openmvg-openmvs')
    .option('--sfm <engine>', 'who solves the cameras, if not that engine')
    .option('--dense <engine>', 'who computes the dense points, likewise')
    .option('--until <step>', 'stop after sfm, dense or mesh')
    .option('--resumable', 'photo by photo; a broken connection continues')
    .action(async (paths: string[], flags: SubmitFlags) => {
      STANDARD_OUTPUT.line(await submit(paths, flags));
    });
  command('status <job>', 'print a job as JSON').action(async (job: string, flags: ServiceFlags) => {
    STANDARD_OUTPUT.line(JSON.stringify(await client(flags).get(job), undefined, 2));
  });
  command('wait <job>', 'wait for the end of a job').action(async (job: string, flags: ServiceFlags) => {
    await wait(job, flags);
  });
  command('download <job>', 'save the model, or another file of the job')
    .option('-o, --out <file>', 'where to', 'model.glb')
    .option('--file <name>', 'model.glb, qa.json, report.html, preview.png, dense.ply or colmap.zip', 'model.glb')
    .action(async (job: string, flags: ServiceFlags & { readonly out: string; readonly file: string }) => {
      await client(flags).download(job, flags.file, resolve(flags.out));
      STANDARD_OUTPUT.line(resolve(flags.out));
    });
  command('cancel <job>', 'end a job').action(async (job: string, flags: ServiceFlags) => {
    STANDARD_OUTPUT.line((await client(flags).cancel(job)).status);
  });
}

function client({ url, tokenFile }: ServiceFlags): AtlasClient {
  const token = process.env.ATLAS_API_KEY ?? (existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : '');
  if (token === '') throw new StudioError('API_UNAUTHORIZED', { message: `There is no access token in ${tokenFile}.` });
  return new AtlasClient({ url, token });
}

async function submit(paths: readonly string[], flags: SubmitFlags): Promise<string> {
  const { options } = parseReconstructOptions(flags as unknown as Record<string, unknown>);
  const photos = (await listPhotos(paths)).map(({ path }) => path);
  const newJob = { options, ...(flags.name === undefined ? {} : { name: flags.name }) };
  const service = client(flags);
  if (!flags.resumable && photos.length < RESUMABLE_FROM_PHOTOS) return service.submit(photos, newJob);
  const jobId = await service.createDraft(newJob);
  for (const [index, photo] of photos.entries()) {
    await service.uploadPhoto(jobId, photo);
    STANDARD_OUTPUT.error(`photo ${index + 1} of ${photos.length}`);
  }
  return (await service.commit(jobId)).job_id;
}

async function wait(jobId: string, flags: ServiceFlags): Promise<void> {
  let shown = '';
  const show = ({ progress, message, queue_position }: JobResource) => {
    const place = queue_position === null ? '' : ` (${queue_position} before it)`;
    const line = `${Math.floor(progress).toString().padStart(3)} %  ${message}${place}`;
    if (line !== shown) STANDARD_OUTPUT.line(line);
    shown = line;
  };
  const job = await client(flags).wait(jobId, { onChange: show });
  if (job.status === 'completed') return;
  if (job.error) throw new StudioError(job.error.code, job.error);
  process.exitCode = EXIT_CODES.cancelled;
}
