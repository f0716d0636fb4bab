import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

// `npm run dist`: packages of this system, in out/packages. What is given behind `--` goes to electron-builder:
// `npm run dist -- --dir` for a folder without an installer. Nothing is uploaded.
//
// With ATLAS_UPDATE_URL, an https address of a folder on any web server, the packages look for new versions there: upload the
// installers and the latest*.yml files beside them. Without it they look nowhere.

const address = process.env.ATLAS_UPDATE_URL;
if (address !== undefined && !/^https:\/\/[^/]+\//.test(address)) {
  process.stderr.write('ATLAS_UPDATE_URL must be an https address of a folder.\n');
  process.exit(2);
}
const updates = address === undefined ? [] : ['-c.publish.provider=generic', `-c.publish.url=${address}`];
const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
const args = [builder, '--publish', 'never', ...updates, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
