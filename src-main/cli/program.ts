import { Command } from 'commander';
import { ATLAS_VERSION } from '../../src-shared/pipeline/versions.js';
import { addDemoCommand } from './demo.js';
import { addDoctorCommand } from './doctor.js';
import { addEnginesCommand } from './engines.js';
import { addExportCommand } from './export.js';
import { addReconstructCommand } from './reconstruct.js';
import { addRemoteCommand } from './remote.js';
import { addServeCommand } from './serve.js';
import { addStudioCommand } from './studio.js';

/** The whole command line; each command is in its own file. Throws CommanderError instead of ending the process. */
export function buildProgram(): Command {
  const program = new Command('atlas')
    .description(
      'Photos in, a clean textured 3D model (GLB) out. Runs on this computer alone: no GPU, no Docker, no upload.',
    )
    .version(ATLAS_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('Run `atlas --help` to see what there is.')
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  addReconstructCommand(program);
  addExportCommand(program);
  addDemoCommand(program);
  addStudioCommand(program);
  addServeCommand(program);
  addRemoteCommand(program);
  addDoctorCommand(program);
  addEnginesCommand(program);
  program.addHelpText(
    'after',
    `
Examples:
  atlas reconstruct photos/ --out model/                    a folder of photos
  atlas reconstruct photos/ --out model/ --tier preview     quick look first
  atlas reconstruct photos/ --out model/ --masks masks/     the object alone
  atlas demo                                                try it without photos

Exit codes: 0 done, 2 bad input, 3 reconstruction failed, 130 cancelled.`,
  );
  return program;
}
