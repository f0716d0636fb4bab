import type { Command } from 'commander';
import { createLogUpdate } from 'log-update';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { formatBytes } from '../../src-shared/pipeline/figures-as-text.js';
import { engineStatuses } from '../adapters/engine-status.js';
import { findContainerEngine } from '../adapters/tools/container-engine.js';
import { imageInfo } from '../adapters/tools/image-info.js';
import { pullImage } from '../adapters/tools/pull-image.js';
import { TOOL_KITS } from '../adapters/tools/tool-kits.js';
import { imageOfKit, toolSettings } from '../adapters/tools/tool-place.js';
import { cancelOnSignals } from './cancel-on-signals.js';
import { STANDARD_OUTPUT } from './output.js';

export function addEnginesCommand(program: Command): void {
  const engines = program
    .command('engines')
    .description('the engines on this computer: built in, COLMAP, OpenMVG and OpenMVS')
    .action(async () => {
      for (const { title, isAvailable, version, folder, image, reason } of await engineStatuses(process.env)) {
        const where = image ?? folder;
        const found = isAvailable ? `${version ?? ''}${where === undefined ? '' : ` in ${where}`}` : 'not here';
        STANDARD_OUTPUT.line(`${title.padEnd(10)} ${found}${reason ? `. ${reason}` : ''}`);
      }
    });
  engines
    .command('pull <engine>')
    .description('download the container image of colmap, openmvg or openmvs')
    .option('--image <name>', 'another image than the default or ATLAS_<ENGINE>_IMAGE; NAME@sha256:... for exactly one')
    .action(async (name: string, { image }: { image?: string }) => pull(name, image));
}

async function pull(name: string, wanted: string | undefined): Promise<void> {
  const kit = Object.values(TOOL_KITS).find((candidate) => candidate.name === name);
  if (kit === undefined) {
    const names = Object.keys(TOOL_KITS).join(', ');
    throw new StudioError('INPUT_OPTION_INVALID', {
      message: `There is no image for ${name}: must be one of ${names}.`,
    });
  }
  const image = wanted ?? imageOfKit(kit, toolSettings(kit, process.env)) ?? kit.defaultImage;
  const engine = await findContainerEngine();
  if (engine === undefined) throw new StudioError('CONTAINERS_NOT_FOUND');
  STANDARD_OUTPUT.line(`Downloading ${image} by ${engine.kind}`);
  const live = STANDARD_OUTPUT.isTerminal ? createLogUpdate(process.stdout) : undefined;
  const cancel = cancelOnSignals();
  let shown = 0;
  try {
    await pullImage(engine, image, {
      signal: cancel.signal,
      onProgress: ({ fraction }) => {
        const percent = Math.floor(fraction * 100);
        if (percent === shown) return;
        shown = percent;
        if (live) live(`${percent} %`);
        else STANDARD_OUTPUT.line(`${percent} %`);
      },
    });
  } catch (error) {
    if (cancel.signal.aborted) throw new StudioError('CANCELLED');
    throw error;
  } finally {
    live?.clear();
    live?.done();
    cancel.dispose();
  }
  const info = await imageInfo(engine, image);
  STANDARD_OUTPUT.line(`${image} is here${info ? `: ${info.digest ?? 'no digest'}, ${formatBytes(info.bytes)}` : ''}`);
  if (wanted !== undefined) STANDARD_OUTPUT.line(`Use it with ATLAS_${kit.name.toUpperCase()}_IMAGE=${image}`);
}
