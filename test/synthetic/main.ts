import { Command } from 'commander';
import { CAPTURE_DEFAULTS, type CaptureOptions } from './capture-options.js';
import { makeCapture } from './make-capture.js';

const command = new Command('synthetic')
  .description('Renders a photo set with exact truth.')
  .argument('<folder>', 'where photos and truth go')
  .option('--photos <n>', 'number of photos', Number, CAPTURE_DEFAULTS.photos)
  .option('--size <px>', 'longer side of the photos', Number, CAPTURE_DEFAULTS.sizePx)
  .option(
    '--seed <n>',
    'another seed paints the object and moves the camera in another way',
    Number,
    CAPTURE_DEFAULTS.seed,
  )
  .option('--object <name>', 'elephant or vase', CAPTURE_DEFAULTS.object)
  .option('--path <name>', 'rings, rotation, still or blank', CAPTURE_DEFAULTS.path)
  .option('--noise <share>', 'noise at full brightness', Number, CAPTURE_DEFAULTS.noise)
  .option('--blur <px>', 'blur', Number, CAPTURE_DEFAULTS.blurPx)
  .option('--threads <n>', 'worker threads', Number);
command.parse();
const [folder] = command.args as [string];
const flags = command.opts();
const changes: Partial<CaptureOptions> = {
  photos: flags.photos,
  sizePx: flags.size,
  seed: flags.seed,
  object: flags.object,
  path: flags.path,
  noise: flags.noise,
  blurPx: flags.blur,
};
const started = performance.now();
const { images } = await makeCapture(folder, changes, {
  ...(flags.threads === undefined ? {} : { threads: flags.threads }),
  onPhoto: (done, of) => console.log(`${done} of ${of} photos`),
});
console.log(`${images} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
