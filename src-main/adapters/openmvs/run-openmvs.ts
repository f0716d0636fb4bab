import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { StageContext } from '../../pipeline/stage.js';
import { runTool } from '../tools/run-tool.js';
import type { ToolCommand } from '../tools/tool-command.js';
import type { OpenMvsSetup } from './openmvs-commands.js';
import type { OpenMvsProgram } from './openmvs-program.js';
import { type OpenMvsNews, openMvsNews } from './openmvs-progress.js';

export function openMvsSetup(program: OpenMvsProgram, { folder, kernels }: StageContext): OpenMvsSetup {
  return { program, folder: folder.root, work: folder.workspace, threads: kernels.threads };
}

/** Lines that an error tells. */
const KEPT_LINES = 20;

/**
 * Runs one program of OpenMVS.
 *
 * @param result file of the stage's folder that it must have written
 * @returns the absolute path of the result
 * @throws TOOL_OUTPUT_UNREADABLE when it is not there; see `runTool`
 */
export async function runOpenMvs(
  command: ToolCommand,
  { program: { place, version }, folder }: OpenMvsSetup,
  context: StageContext,
  result: string,
  onNews: (news: OpenMvsNews) => void,
): Promise<string> {
  const { program } = command;
  context.log.info('tool-started', { program, version });
  const lastLines: string[] = [];
  await runTool(command, place, {
    signal: context.signal,
    onLine: (line) => {
      context.log.debug('tool-line', { program, line });
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      const news = openMvsNews(line);
      if (news !== undefined) onNews(news);
    },
  });
  const path = join(folder, result);
  if (existsSync(path)) return path;
  throw new StudioError('TOOL_OUTPUT_UNREADABLE', {
    message: `${program} ended well, but wrote no result.`,
    details: { program, version, lastLines },
  });
}

/** Removes the programs' own logs and what a pattern names besides, once a stage is done. */
export async function tidyUp(folder: string, pattern: RegExp = /(?!)/): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/\.log$/.test(name) || pattern.test(name)) await rm(join(folder, name), { force: true });
  }
}
