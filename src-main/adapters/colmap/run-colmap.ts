import type { StageContext } from '../../pipeline/stage.js';
import { runTool } from '../tools/run-tool.js';
import { type ColmapCommand, commandLine } from './colmap-commands.js';
import { type ColmapProgram, optionsOfCommand } from './colmap-program.js';
import { type ColmapNews, colmapNews } from './colmap-progress.js';

/**
 * Runs a command of COLMAP in the words of its version, and logs its lines.
 *
 * @param root absolute path of the folder that it may use
 * @throws see `runTool`
 */
export async function runColmap(
  command: ColmapCommand,
  program: ColmapProgram,
  root: string,
  { signal, log }: Pick<StageContext, 'signal' | 'log'>,
  onNews: (news: ColmapNews) => void = () => {},
): Promise<void> {
  const step = command.command;
  const known = await optionsOfCommand(program, step, signal);
  log.info('tool-started', { program: 'colmap', step, version: program.version });
  await runTool(commandLine(command, root, known), program.place, {
    signal,
    onLine: (line) => {
      log.debug('tool-line', { step, line });
      const news = colmapNews(line);
      if (news !== undefined) onNews(news);
    },
  });
}
