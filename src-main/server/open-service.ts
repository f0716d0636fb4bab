import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stageEngines } from '../../src-shared/pipeline/engines.js';
import { ATLAS_VERSION } from '../../src-shared/pipeline/versions.js';
import { sweepContainers } from '../adapters/tools/container-engine.js';
import { JobChanges } from '../jobs/job-changes.js';
import { JobEvents } from '../jobs/job-events.js';
import { JobExecutor, type JobExecutorSetup } from '../jobs/job-executor.js';
import { JobIntake } from '../jobs/job-intake.js';
import { JobService } from '../jobs/job-service.js';
import { removeLeftovers } from '../jobs/leftovers.js';
import { PhotoInspector } from '../jobs/photo-inspector.js';
import { PhotoPictures } from '../jobs/photo-pictures.js';
import { type ClamdAddress, ClamdScanner } from '../jobs/photos/malware-scanner.js';
import { runJobProcess } from '../jobs/process/run-job-process.js';
import { EmbeddedQueue } from '../jobs/queue/embedded-queue.js';
import { QueueControl } from '../jobs/queue/queue-control.js';
import { applyRetention } from '../jobs/retention.js';
import { StatusMirror } from '../jobs/status-mirror.js';
import { EventStore } from '../jobs/store/event-store.js';
import { InspectionStore } from '../jobs/store/inspection-store.js';
import { JobStore } from '../jobs/store/job-store.js';
import { openDatabase } from '../jobs/store/open-database.js';
import { PhotoStore } from '../jobs/store/photo-store.js';
import { RefusedPhotoStore } from '../jobs/store/refused-photo-store.js';
import { StateStore } from '../jobs/store/state-store.js';
import { WebhookSender } from '../jobs/webhooks/webhook-sender.js';
import type { Log } from '../logging/log.js';
import { ServiceFolders } from '../storage/service-folders.js';
import { acquireLock } from '../workspace/workspace-lock.js';
import { AccessToken } from './access-token.js';
import type { ServiceConfig } from './config.js';
import { EngineWatch } from './engine-watch.js';
import { ImagePulls } from './image-pulls.js';
import { LiveSettings } from './live-settings.js';
import { Metrics } from './metrics.js';
import type { ServiceParts } from './service.js';

const RETENTION_INTERVAL_MS = 10 * 60_000;

/** A service that runs jobs; {@link buildServer} gives it an address. */
export interface OpenService {
  readonly parts: ServiceParts;
  /** Stops taking and running jobs; what ran stays resumable. */
  close(): Promise<void>;
}

/**
 * Opens the storage folder and begins to run jobs: 1. one service at a time uses a folder; 2. the database is brought up to
 * date; 3. what a killed service has left half-written goes, and the jobs that it ran go back to the queue; 4. the queue starts.
 *
 * @param runJob runs a job to its end; replaced where jobs run elsewhere
 * @throws OUTPUT_IN_USE, OUTPUT_NOT_WRITABLE, DISK_FULL
 */
export async function openService(
  givenConfig: ServiceConfig,
  log: Log,
  runJob: JobExecutorSetup['runJob'] = runJobProcess,
): Promise<OpenService> {
  const folders = new ServiceFolders(givenConfig.storage);
  for (const folder of [folders.root, folders.workspaces, folders.artifacts, folders.uploads]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const settings = new LiveSettings(givenConfig, folders.settings);
  const { config } = settings;
  const lock = await acquireLock(join(folders.root, 'service.lock'));
  const database = openDatabase(folders.database);
  const store = new JobStore(database);
  const photos = new PhotoStore(database);
  const events = new JobEvents(new EventStore(database));
  const mirror = new StatusMirror(folders, log);
  const changes = new JobChanges({ database, store, events, mirror });
  const webhooks = new WebhookSender(database, { allowPrivate: config.webhookAllowPrivate, log });
  const limits = {
    get minPhotos() {
      return config.minPhotos;
    },
    get maxPhotos() {
      return config.maxPhotos;
    },
    get maxBytes() {
      return config.maxPhotoBytes;
    },
    get maxPixels() {
      return config.maxPhotoPixels;
    },
  };
  const scanner = config.clamd === undefined ? undefined : new ClamdScanner(clamdAddress(config.clamd));
  // What a killed job left computing in a container ends now, not when the next job looks for it.
  const removeContainers = () =>
    void sweepContainers().then(
      (count) => count > 0 && log.info('containers-removed', { count }),
      (error: unknown) => log.warn('containers-not-removed', { error: String(error) }),
    );
  const executor = new JobExecutor({
    ...{ store, photos, folders, changes, log, config },
    runJob,
    onEnded: (job) => {
      webhooks.jobEnded(job);
      const { sfm, dense } = stageEngines(job.options);
      if (sfm !== 'builtin' || dense !== 'builtin') removeContainers();
    },
    onStageFinished: (stage, seconds) => metrics.stageFinished(stage, seconds),
  });
  const queue = new EmbeddedQueue({
    concurrency: config.concurrency,
    claim: () => executor.claim(),
    execute: (jobId, signal) => executor.execute(jobId, signal),
    log,
  });
  const queueControl = new QueueControl({ store, state: new StateStore(database), changes, queue });
  const metrics = new Metrics({ store, queue, folders });
  const refused = new RefusedPhotoStore(database);
  const inspections = new InspectionStore(database);
  const inspector = new PhotoInspector({ store, photos, inspections, folders, limits, log });
  const intake = new JobIntake({
    ...{ store, photos, refused, folders, changes, limits, scanner },
    onPhotoAdded: (jobId, photoId) => inspector.look(jobId, [photoId]),
  });
  const jobs = new JobService({ store, photos, folders, changes, mirror, intake, queue, limits });
  const pictures = new PhotoPictures({ store, photos, folders, limits, scanner });
  const engines = new EngineWatch();
  const pulls = new ImagePulls({
    log,
    onPulled: () => engines.forget(),
    onEnded: (image, outcome) => metrics.imagePullEnded(image, outcome),
  });
  settings.onChanged = ({ concurrency }) => {
    queue.concurrency = concurrency;
    queueControl.announce();
  };
  changes.onQueueMoved = () => {
    queue.wake();
    events.announceQueue((jobId) => store.queuePosition(jobId));
    queueControl.announce();
  };

  await removeLeftovers({ store, photos, folders, log });
  const recovered = executor.recover();
  if (recovered > 0) log.info('jobs-recovered', { count: recovered });
  const sweep = () =>
    applyRetention({ store, jobs, intake, changes, folders, times: config, log }).catch((error: unknown) =>
      log.warn('retention-failed', { error: String(error) }),
    );
  void sweep();
  removeContainers();
  const timer = setInterval(sweep, RETENTION_INTERVAL_MS);
  webhooks.start();
  queue.start();

  return {
    parts: {
      ...{
        config,
        folders,
        store,
        photos,
        events,
        queue,
        queueControl,
        jobs,
        intake,
        changes,
        pictures,
        refused,
        inspector,
        metrics,
        engines,
        pulls,
        log,
        version: ATLAS_VERSION,
      },
      settings,
      access: new AccessToken({ token: config.apiKey, isFixed: config.given.has('apiKey'), file: folders.token }),
    },
    async close() {
      clearInterval(timer);
      await pulls.close();
      await queue.stop();
      await pictures.close();
      await inspector.close();
      await webhooks.stop();
      changes.onQueueMoved = () => {};
      queueControl.close();
      await mirror.flush();
      database.close();
      lock.release();
    },
  };
}

function clamdAddress(text: string): ClamdAddress {
  const match = /^([^/]+):(\d+)$/.exec(text);
  return match ? { host: match[1] ?? '', port: Number(match[2]) } : { path: text };
}
