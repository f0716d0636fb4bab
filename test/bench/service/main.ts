import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCapture } from '#synthetic/make-capture.js';
import { startServe } from '../../e2e/serve-process.js';
import { measureCancel } from './measure-cancel.js';
import { measureKills } from './measure-kills.js';
import { measurePolls } from './measure-polls.js';
import { measureQueue } from './measure-queue.js';
import { measureUpload } from './measure-upload.js';

// npm run bench:service: what the service bears. 1. clients that poll while a reconstruction uses every processor; 2. cancelling
// it; 3. a gigabyte of photos; 4. two thousand jobs in the queue; 5. with --kills N, so many kills at random moments. Each
// can be left out by a zero.

const { values: flags } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    cancel: { type: 'string', default: '1' },
    upload: { type: 'string', default: '1000' },
    jobs: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    photos: { type: 'string', default: '24' },
    size: { type: 'string', default: '1024' },
  },
});
const amount = (name: keyof typeof flags): number => Number(flags[name]);

const folder = await mkdtemp(join(tmpdir(), 'atlas-service-load-'));
const storage = join(folder, 'storage');
const settings = { ATLAS_MIN_PHOTOS: '3', ATLAS_REQUESTS_PER_MINUTE: '1000000' };
try {
  const capture = await makeCapture(join(folder, 'capture'), { photos: amount('photos'), sizePx: amount('size') });
  const photos = capture.photoNames.map((name) => join(capture.images, name));
  const service = await startServe(storage, settings);
  try {
    const load = { clients: amount('clients'), seconds: amount('seconds') };
    if (load.seconds > 0) await measurePolls(service, photos, load);
    if (amount('cancel') > 0) await measureCancel(service, storage, photos);
    if (amount('upload') > 0) await measureUpload(service, photos[0] ?? '', amount('upload'));
    if (amount('jobs') > 0) await measureQueue(service, photos, amount('jobs'));
  } finally {
    await service.stop('SIGKILL');
  }
  if (amount('kills') > 0) await measureKills(photos, amount('kills'), amount('seed'));
} finally {
  await rm(folder, { recursive: true, force: true });
}
