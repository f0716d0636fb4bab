import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { findProgram } from '#main/adapters/tools/find-program.js';
import { type ImageContent, importImage } from './import-image.js';
import type { TestEngine } from './test-engine.js';
import { unmountBelow } from './unmount-below.js';

/** A real Docker for a test file. */
export interface TestDocker extends TestEngine {
  /** Value of `DOCKER_HOST`; already set in this process, whose children inherit it. */
  readonly host: string;
  /** Ends the daemon as a crash would: with its containers and without a word. */
  crash(): Promise<void>;
  /** Starts the daemon again after {@link crash}, on the same folders. */
  restart(): Promise<void>;
}

const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Starts a Docker daemon with folders and a socket of its own, which needs nothing of the system's daemon or network. It ends with
 * this process, whatever ends that. Call it at the top of a test file, `stop` in an `afterAll` there.
 *
 * @returns `undefined`, with the reason printed, where there can be none: its tests are to be skipped
 */
export async function startDocker(): Promise<TestDocker | undefined> {
  try {
    if (process.getuid?.() !== 0) throw new Error('only root can start a container daemon');
    const programs = await Promise.all(['dockerd', 'docker', 'setpriv'].map((name) => findProgram(name)));
    const daemon = new PrivateDaemon(programs[0]!, await mkdtemp('/tmp/atlas-dockerd-'));
    await daemon.start();
    process.env.DOCKER_HOST = daemon.host;
    return daemon;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stdout.write(`skipped: no container daemon for tests (${reason})\n`);
    return undefined;
  }
}

class PrivateDaemon implements TestDocker {
  readonly engine = { kind: 'docker', command: 'docker' } as const;
  readonly host: string;
  #process: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly folder: string,
  ) {
    this.host = `unix://${folder}/docker.sock`;
  }

  async start(): Promise<void> {
    const flags = {
      host: this.host,
      'data-root': join(this.folder, 'data'),
      'exec-root': join(this.folder, 'exec'),
      pidfile: join(this.folder, 'pid'),
      bridge: 'none',
      iptables: 'false',
      'ip-forward': 'false',
    };
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    // The daemon is told to end when this process does, even by SIGKILL.
    const daemon = spawn('setpriv', ['--pdeathsig', 'TERM', this.program, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.#process = daemon;
    let log = '';
    daemon.stderr.on('data', (data: Buffer) => {
      log = (log + data.toString()).slice(-2000);
    });
    const deadline = Date.now() + ANSWER_TIMEOUT_MS;
    while ((await this.#docker(['version'])).exitCode !== 0) {
      if (daemon.exitCode !== null || Date.now() > deadline) {
        await this.stop();
        throw new Error(`dockerd does not start: ${log.trimEnd().split('\n').at(-1)}`);
      }
      await sleep(100);
    }
  }

  async importImage(name: string, content: ImageContent): Promise<string> {
    return importImage('docker', name, content, join(this.folder, 'image'));
  }

  async containers(): Promise<string[]> {
    const { stdout } = await this.#docker(['ps', '--all', '--format', '{{.Names}}']);
    return stdout.split('\n').filter((name) => name !== '');
  }

  async crash(): Promise<void> {
    await this.#end('SIGKILL');
    // The kernel ends its containerd with it; the containers' shims outlive both.
    const shims = await execa('pgrep', ['--full', join(this.folder, 'exec')], { reject: false });
    for (const pid of shims.stdout.split('\n').filter((line) => line !== '')) kill(Number(pid));
    // Until its parent notices, an ended containerd would be taken for one that runs.
    await rm(join(this.folder, 'exec/containerd/containerd.pid'), { force: true });
  }

  restart(): Promise<void> {
    return this.start();
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    await unmountBelow(this.folder);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    if (process.env.DOCKER_HOST === this.host) delete process.env.DOCKER_HOST;
  }

  async runningContainers(): Promise<string[]> {
    const { stdout } = await execa('pgrep', ['--full', '--list-full', `containerd-shim.*${this.folder}`], {
      reject: false,
    });
    return stdout.split('\n').filter((line) => line !== '');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#process;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill(signal);
    await ended;
  }

  #docker(args: readonly string[]) {
    return execa('docker', args, { reject: false, env: { DOCKER_HOST: this.host }, stdin: 'ignore' });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
