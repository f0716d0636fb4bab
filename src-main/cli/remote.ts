import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { JobResource } from '../../src-shared/api/job-schemas.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { AtlasClient } from '../client/atlas-client.js';
import { listMasks, listPhotos } from '../stages/1-import/list-photos.js';
import { matchMasks } from '../stages/1-import/match-masks.js';
import { diskError } from '../workspace/write-atomic.js';
import { addEngineFlags } from './engine-flags.js';
import { EXIT_CODES } from './exit-codes.js';
import { numberText } from './number-text.js';
import { STANDARD_OUTPUT } from './output.js';
import { parseReconstructOptions } from './parse-options.js';
import { runRemote, type ServiceFlags } from './remote-service.js';

interface SubmitFlags extends ServiceFlags {
  readonly name?: string;
  readonly resumable?: boolean;
  readonly key?: string;
  readonly masks?: string;
}

/** Above this the photos go one by one, so that a broken connection does not begin anew. */
const RESUMABLE_FROM_PHOTOS = 100;

/** `atlas remote`: a running service used from the command line. */
export function addRemoteCommand(program: Command): void {
  const remote = program
    .command('remote')
    .description('use a running service: submit, list, wait, download, cancel, …');
  const command = (usage: string, description: string) =>
    remote
      .command(usage)
      .description(description)
      .option('--url <address>', 'of the service', process.env.ATLAS_URL ?? 'http://127.0.0.1:8787')
      .option(
        '--token-file <file>',
        'file with the access token; the variable ATLAS_API_KEY comes first',
        join(homedir(), '.atlas', 'storage', 'token'),
      )
      .option('--json', 'print JSON, errors too');

  addSubmit(command);
  command('list', 'print the jobs, newest first')
    .option('--status <states>', 'only these, with commas: queued,processing,…')
    .action((flags: ServiceFlags & { readonly status?: string }) =>
      runRemote(flags, async (client) => {
        const { jobs } = await client.list(flags.status === undefined ? {} : { status: flags.status });
        return { json: { jobs }, text: jobs.map(summary).join('\n') };
      }),
    );
  command('status <job>', 'print a job as JSON').action((job: string, flags: ServiceFlags) =>
    runRemote(flags, async (client) => {
      const found = await client.get(job);
      return { json: found, text: JSON.stringify(found, undefined, 2) };
    }),
  );
  addWait(command);
  command('logs <job>', 'print the log of a job')
    .option('--from <line>', 'first line, from 0', '0')
    .action((job: string, flags: ServiceFlags & { readonly from: string }) =>
      runRemote(flags, async (client) => {
        for (let offset = numberText.parse(flags.from); ; ) {
          const page = await client.logs(job, offset);
          for (const line of page.lines) STANDARD_OUTPUT.line(line);
          if (page.lines.length === 0) return undefined;
          offset = page.next_offset;
        }
      }),
    );
  command('download <job>', 'save the model, or another file of the job')
    .option('-o, --out <file>', 'where to', 'model.glb')
    .option('--file <name>', 'model.glb, qa.json, report.html, preview.png, dense.ply or colmap.zip', 'model.glb')
    .action((job: string, flags: ServiceFlags & { readonly out: string; readonly file: string }) =>
      runRemote(flags, async (client) => {
        const path = resolve(flags.out);
        await client.download(job, flags.file, path).catch((error: unknown) => {
          throw diskError(error, path);
        });
        return { json: { file: path }, text: path };
      }),
    );
  command('cancel <job>', 'end a job').action((job: string, flags: ServiceFlags) =>
    runRemote(flags, async (client) => jobResult(await client.cancel(job))),
  );
  command('retry <job>', 'run an ended job again; with edits it writes the model anew and computes nothing else')
    .option('--scale <n>', 'metres per unit of the solved model')
    .option('--crop <cx,cy,cz,sx,sy,sz[,qx,qy,qz,qw]>', 'keep what is in this box (see atlas reconstruct --help)')
    .option('--turn <x,y,z>', 'turn the upright model: degrees about X, then Y, then Z')
    .action((job: string, flags: ServiceFlags & Record<string, unknown>) =>
      runRemote(flags, async (client) => jobResult(await client.retry(job, await editedOptions(client, job, flags)))),
    );
  command('delete <job>', 'remove a job with its photos and files').action((job: string, flags: ServiceFlags) =>
    runRemote(flags, async (client) => {
      await client.delete(job);
      return { json: { deleted: job }, text: 'deleted' };
    }),
  );
  for (const [name, isPaused] of [['pause', true] as const, ['resume', false] as const]) {
    const description = isPaused ? 'start no more jobs; what runs goes on' : 'start jobs again';
    command(name, description).action((flags: ServiceFlags) =>
      runRemote(flags, async (client) => {
        const queue = await client.setQueuePaused(isPaused);
        return { json: queue, text: `${queue.running.length} running, ${queue.queued.length} waiting` };
      }),
    );
  }
}

type MakeCommand = (usage: string, description: string) => Command;

function addSubmit(command: MakeCommand): void {
  addEngineFlags(command('submit <photos...>', 'send photos; prints the id of the job'))
    .option('--name <text>', 'for people')
    .option('-t, --tier <tier>', 'quality: preview, standard or premium', 'standard')
    .option('--triangles <n>', 'most triangles of the model')
    .option('--texture-size <px>', 'width of the texture')
    .option('--until <step>', 'stop after sfm, dense or mesh')
    .option('--masks <folder>', 'a PNG for each photo, named like it, white where the object is')
    .option('--resumable', 'photo by photo; a broken connection continues')
    .option('--key <text>', 'the same key again makes no second job')
    .action((paths: string[], flags: SubmitFlags) =>
      runRemote(flags, async (client) => {
        const jobId = await submit(client, paths, flags);
        return { json: { job_id: jobId }, text: jobId };
      }),
    );
}

async function submit(client: AtlasClient, paths: readonly string[], flags: SubmitFlags): Promise<string> {
  const { options } = parseReconstructOptions(flags as unknown as Record<string, unknown>);
  const photos = (await listPhotos(paths, flags.masks)).map(({ path }) => path);
  const masks = flags.masks === undefined ? [] : await masksOf(photos, flags.masks);
  const newJob = { options, ...(flags.name === undefined ? {} : { name: flags.name }) };
  if (!flags.resumable && !flags.masks && photos.length < RESUMABLE_FROM_PHOTOS)
    return client.submit(photos, newJob, flags.key);
  const jobId = await client.createDraft(newJob, flags.key);
  for (const [index, photo] of photos.entries()) {
    await client.uploadPhoto(jobId, photo);
    if (!flags.json) STANDARD_OUTPUT.error(`photo ${index + 1} of ${photos.length}`);
  }
  if (masks.length > 0) await putMasks(client, jobId, masks);
  return (await client.commit(jobId)).job_id;
}

/** The masks in a folder, of which some must be photos'. @throws MASK_MISSING, INPUT_NOT_FOUND */
async function masksOf(photos: readonly string[], folder: string): Promise<string[]> {
  const masks = (await listMasks(folder)).map(({ path }) => path);
  if (matchMasks(photos, masks).some((mask) => mask !== undefined)) return masks;
  throw new StudioError('MASK_MISSING', {
    message: `None of the masks in ${folder} is named like a photo.`,
    hint: 'For IMG_1.jpg call it IMG_1.png, IMG_1.jpg.png or IMG_1_mask.png.',
  });
}

async function putMasks(client: AtlasClient, jobId: string, masks: readonly string[]): Promise<void> {
  const photos = await client.images(jobId);
  const names = photos.map(({ name }) => name);
  for (const [index, mask] of matchMasks(names, masks).entries()) {
    if (mask !== undefined) await client.putMask(jobId, photos[index]!.photo_id, mask);
  }
}

function addWait(command: MakeCommand): void {
  command('wait <job>', 'wait for the end of a job; its error ends the command')
    .option('--patience <seconds>', 'how long to wait for a service that does not answer', '300')
    .action((job: string, flags: ServiceFlags & { readonly patience: string }) =>
      runRemote(flags, async (client) => {
        let shown = '';
        const onChange = (now: JobResource): void => {
          const line = flags.json ? JSON.stringify(now) : progressLine(now);
          if (line !== shown) STANDARD_OUTPUT.line(line);
          shown = line;
        };
        const patienceMs = numberText.parse(flags.patience) * 1000;
        const ended = await client.wait(job, { onChange, patienceMs });
        if (ended.error) throw new StudioError(ended.error.code, ended.error);
        if (ended.status === 'cancelled') process.exitCode = EXIT_CODES.cancelled;
        return undefined;
      }),
    );
}

const percent = (progress: number): string => `${Math.floor(progress).toString().padStart(3)} %`;

function progressLine({ progress, message, queue_position }: JobResource): string {
  const place = queue_position === null ? '' : ` (${queue_position} before it)`;
  return `${percent(progress)}  ${message}${place}`;
}

const summary = ({ job_id, status, progress, name }: JobResource): string =>
  `${job_id}  ${status.padEnd(10)}  ${percent(progress)}  ${name}`.trimEnd();

const jobResult = (job: JobResource) => ({ json: job, text: job.status });

/** The job's options with those edits that are given; undefined where none is. */
async function editedOptions(client: AtlasClient, job: string, { scale, crop, turn }: Record<string, unknown>) {
  if (scale === undefined && crop === undefined && turn === undefined) return undefined;
  const { options: edits } = parseReconstructOptions({ scale, crop, turn });
  const { options } = await client.get(job);
  return {
    ...options,
    ...(edits.scale !== undefined && { scale: edits.scale }),
    ...(edits.crop && { crop: edits.crop }),
    ...(edits.turn && { turn: edits.turn }),
  };
}
