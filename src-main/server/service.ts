import type { JobChanges } from '../jobs/job-changes.js';
import type { JobEvents } from '../jobs/job-events.js';
import type { JobIntake } from '../jobs/job-intake.js';
import type { JobService } from '../jobs/job-service.js';
import type { PhotoInspector } from '../jobs/photo-inspector.js';
import type { PhotoPictures } from '../jobs/photo-pictures.js';
import type { JobQueue } from '../jobs/queue/job-queue.js';
import type { QueueControl } from '../jobs/queue/queue-control.js';
import type { JobStore } from '../jobs/store/job-store.js';
import type { PhotoStore } from '../jobs/store/photo-store.js';
import type { RefusedPhotoStore } from '../jobs/store/refused-photo-store.js';
import type { Log } from '../logging/log.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import type { AccessToken } from './access-token.js';
import type { ServiceConfig } from './config.js';
import type { EngineWatch } from './engine-watch.js';
import type { ImagePulls } from './image-pulls.js';
import type { LiveSettings } from './live-settings.js';
import type { Metrics } from './metrics.js';

/** What the routes work with. */
export interface ServiceParts {
  /** As it is now: see {@link LiveSettings}. */
  readonly config: ServiceConfig;
  readonly access: AccessToken;
  readonly settings: LiveSettings;
  readonly version: string;
  readonly folders: ServiceFolders;
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly events: JobEvents;
  readonly queue: JobQueue;
  readonly queueControl: QueueControl;
  readonly jobs: JobService;
  readonly intake: JobIntake;
  readonly changes: JobChanges;
  readonly pictures: PhotoPictures;
  readonly refused: RefusedPhotoStore;
  readonly inspector: PhotoInspector;
  readonly metrics: Metrics;
  readonly engines: EngineWatch;
  readonly pulls: ImagePulls;
  readonly log: Log;
}
