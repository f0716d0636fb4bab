import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { findProgram } from '#main/adapters/tools/find-program.js';
import { type ImageContent, importImage } from './import-image.js';
import type { TestEngine } from './test-engine.js';
import { unmountBelow } from './unmount-below.js';

/**
 * Podman with folders of its own: nothing of the system's images and containers is seen or left. Root's podman where the tests run as root,
 * rootless otherwise. Call it at the top of a test file, `stop` in an `afterAll` there.
 *
 * @returns `undefined`, with the reason printed, where it cannot run containers: its tests are to be skipped
 */
export async function startPodman(): Promise<TestEngine | undefined> {
  let podman: PrivatePodman | undefined;
  try {
    await findProgram('podman');
    podman = new PrivatePodman(await mkdtemp('/tmp/atlas-podman-'));
    await podman.start();
    return podman;
  } catch (error) {
    await podman?.stop();
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    process.stdout.write(`skipped: no podman for tests (${reason})\n`);
    return undefined;
  }
}

class PrivatePodman implements TestEngine {
  readonly engine = { kind: 'podman', command: 'podman' } as const;

  constructor(private readonly folder: string) {}

  /** Sets the folders by variables, which children of this process inherit, and runs a container to see whether that works here. */
  async start(): Promise<void> {
    const [storage, containers] = [join(this.folder, 'storage.conf'), join(this.folder, 'containers.conf')];
    const settings = {
      [storage]: [
        '[storage]',
        'driver = "overlay"',
        `graphroot = "${this.folder}/root"`,
        `runroot = "${this.folder}/run"`,
      ],
      [containers]: [
        // Systems without systemd's control groups, and those that may not raise limits, are good enough for tests.
        ...[
          '[containers]',
          'default_ulimits = []',
          '[engine]',
          'cgroup_manager = "cgroupfs"',
          'events_logger = "file"',
        ],
        ...[`static_dir = "${this.folder}/root/libpod"`, `tmp_dir = "${this.folder}/tmp"`],
      ],
    };
    for (const [path, lines] of Object.entries(settings)) await writeFile(path, `${lines.join('\n')}\n`);
    Object.assign(process.env, { CONTAINERS_STORAGE_CONF: storage, CONTAINERS_CONF: containers });
    const image = await this.importImage('atlas-test/try:1', { files: { '/bin/sh': '/bin/sh' } });
    await execa('podman', ['run', '--rm', '--network', 'none', '--entrypoint', '/bin/sh', image, '-c', 'exit 0']);
  }

  async importImage(name: string, content: ImageContent): Promise<string> {
    return importImage('podman', name, content, join(this.folder, 'image'));
  }

  async containers(): Promise<string[]> {
    const { stdout } = await execa('podman', ['ps', '--all', '--format', '{{.Names}}'], { stdin: 'ignore' });
    return stdout.split('\n').filter((name) => name !== '');
  }

  async runningContainers(): Promise<string[]> {
    const { stdout } = await execa('pgrep', ['--full', '--list-full', `conmon.*${this.folder}`], { reject: false });
    return stdout.split('\n').filter((line) => line !== '');
  }

  async stop(): Promise<void> {
    await execa('podman', ['rm', '--all', '--force', '--time', '0'], { reject: false, stdin: 'ignore' });
    await unmountBelow(this.folder);
    // Files of a rootless container's other users can be removed in its own user namespace alone.
    if (process.getuid?.() !== 0) await execa('podman', ['unshare', 'rm', '-rf', this.folder], { reject: false });
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    delete process.env.CONTAINERS_STORAGE_CONF;
    delete process.env.CONTAINERS_CONF;
  }
}
