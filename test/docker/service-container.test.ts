import { chmod, chown, mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeCapture } from '#synthetic/make-capture.js';
import { startDocker } from '../containers/docker-daemon.js';

/** What a compose file says of a service, as far as `docker run` is told the same. */
interface ComposeService {
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const IMAGE = 'atlas-studio';
const TOKEN = 'a-token-of-the-tests-alone';
/** The user `node` of Node.js's images, and the group root. */
const USER = { uid: 1000, gid: 0 };
/** As many as the service asks for. */
const PHOTOS = 12;
const LONG = 300_000;

const dockerfile = (await readFile(`${root}docker/Dockerfile`, 'utf8')).replace(/\\\n\s*/g, '');
const instruction = (name: string) => [...dockerfile.matchAll(new RegExp(`^\\s*${name} (.*)$`, 'gm'))].at(-1)![1]!;
const listIn = (text: string) => JSON.parse(/CMD (\[.*\])$/.exec(`CMD ${text}`)![1]!) as string[];
const variables = instruction('ENV').trim().split(/\s+/);
const { services } = parse(await readFile(`${root}docker/compose.yaml`, 'utf8')) as {
  services: { atlas: ComposeService };
};

/** The restrictions of compose.yaml, as arguments of `docker run`. */
function restrictions({ init, read_only, tmpfs = [], cap_drop = [], security_opt = [], mem_limit }: ComposeService) {
  const each = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);
  const memory = mem_limit?.replace(/^\$\{\w+:-(.*)\}$/, '$1');
  return [
    ...(init ? ['--init'] : []),
    ...(read_only ? ['--read-only'] : []),
    ...each('--tmpfs', tmpfs),
    ...each('--cap-drop', cap_drop),
    ...each('--security-opt', security_opt),
    ...(memory === undefined ? [] : ['--memory', memory]),
  ];
}

/** Programs of packages, of which the image needs the shared libraries; the packages themselves are mounted. */
async function addons(modules: string): Promise<Record<string, string>> {
  const files = await readdir(modules, { recursive: true });
  const found = files.filter((file) => /^(@img|@libsql)\/(?!.*musl).*\.node$/.test(file));
  expect(found.length).toBeGreaterThan(1);
  return Object.fromEntries(found.map((file) => [`/addons/${file}`, join(modules, file)]));
}

const docker = await startDocker();
afterAll(() => docker?.stop());

describe.skipIf(docker === undefined)('the service in a container, with the restrictions of compose.yaml', () => {
  let folder: string;
  const name = 'atlas-service-test';
  const inside = (...command: string[]) => execa('docker', ['exec', name, ...command], { reject: false });
  const remote = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await inside('node', 'dist/src-main/cli/main.js', 'remote', ...args);
    expect(exitCode, stderr + stdout).toBe(0);
    return stdout.trim();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-service-'));
    await chmod(folder, 0o755);
    const capture = await makeCapture(join(folder, 'capture'), { photos: PHOTOS, sizePx: 440 });
    const data = join(folder, 'data');
    await mkdir(data);
    await chmod(data, 0o770);
    await chown(data, USER.uid, USER.gid);
    const modules = await realpath(`${root}node_modules`);
    await docker!.importImage(IMAGE, {
      files: { '/usr/local/bin/node': process.execPath, ...(await addons(modules)) },
    });
    const mounts = { '/app/dist': `${root}dist`, '/app/node_modules': modules, '/photos': capture.images };
    const volumes = Object.entries(mounts).flatMap(([path, source]) => ['--volume', `${source}:${path}:ro`]);
    const args = [
      ...['run', '--detach', '--name', name, '--network', 'none', '--user', `${USER.uid}:${USER.gid}`],
      ...restrictions(services.atlas),
      ...volumes,
      ...['--volume', `${root}package.json:/app/package.json:ro`, '--volume', `${data}:/data`],
      ...variables.flatMap((variable) => ['--env', variable]),
      ...['--env', `ATLAS_API_KEY=${TOKEN}`, '--workdir', instruction('WORKDIR'), IMAGE],
      ...listIn(instruction('CMD')),
    ];
    await execa('docker', args);
  }, LONG);
  afterAll(async () => {
    await execa('docker', ['rm', '--force', name], { reject: false });
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'is healthy, makes a model, and ends well when it is stopped',
    async () => {
      const health = listIn(instruction('HEALTHCHECK').replace(/^.*?CMD /, ''));
      for (const deadline = Date.now() + 60_000; (await inside(...health)).exitCode !== 0; ) {
        const { stdout } = await execa('docker', ['logs', name], { all: true });
        expect(Date.now(), `not healthy: ${stdout}`).toBeLessThan(deadline);
        await sleep(200);
      }
      const options = ['--tier', 'preview', '--triangles', '2000', '--texture-size', '256'];
      const job = await remote('submit', '/photos', ...options);
      await remote('wait', job);
      await remote('download', job, '--out', '/tmp/model.glb');
      const { stdout } = await inside('node', '-p', "fs.readFileSync('/tmp/model.glb').toString('latin1', 0, 4)");
      expect(stdout).toBe('glTF');
      const { exitCode } = await inside('node', '-e', "fs.writeFileSync('/app/x', '')");
      expect(exitCode).not.toBe(0);

      await execa('docker', ['stop', '--time', '30', name]);
      const state = await execa('docker', ['inspect', '--format', '{{.State.ExitCode}}', name]);
      expect(state.stdout).toBe('0');
    },
    LONG,
  );
});
