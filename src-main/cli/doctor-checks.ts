import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import sharp from 'sharp';
import { formatBytes } from '../../src-shared/pipeline/figures-as-text.js';
import { engineStatuses } from '../adapters/engine-status.js';
import { findContainerEngine, requireEngine } from '../adapters/tools/container-engine.js';
import { KernelPool } from '../kernels/pool/kernel-pool.js';
import { canRunSimd } from '../kernels/wasm/simd-support.js';
import { freeBytes } from '../workspace/free-space.js';

export interface MachineCheck {
  readonly name: string;
  /** `bad`: Atlas cannot run; `remark`: it can, with limits. */
  readonly state: 'good' | 'remark' | 'bad';
  readonly found: string;
  /** What to do, where something should be done. */
  readonly advice?: string;
}

const MIN_NODE = [20, 10] as const;
const COMFORTABLE_MEMORY_BYTES = 4e9;
const COMFORTABLE_DISK_BYTES = 5e9;

/** @param folder whose disk is looked at */
export async function checkMachine(folder: string): Promise<readonly MachineCheck[]> {
  return [
    checkNode(),
    checkProcessors(),
    await checkMemory(),
    await checkDisk(folder),
    checkSimd(),
    await checkThreads(),
    await checkImages(),
    await checkHeic(),
    ...(await checkEngines()),
    await checkContainers(),
  ];
}

function checkNode(): MachineCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  const found = `${process.version} on ${process.platform} ${process.arch}`;
  if (isNewEnough) return { name: 'Node.js', state: 'good', found };
  return { name: 'Node.js', state: 'bad', found, advice: `Install Node.js ${MIN_NODE.join('.')} or newer.` };
}

function checkProcessors(): MachineCheck {
  const count = availableParallelism();
  const found = `${count} ${count === 1 ? 'processor' : 'processors'} to use${cpus()[0] ? ` (${cpus()[0]?.model.trim()})` : ''}`;
  if (count > 1) return { name: 'Processors', state: 'good', found };
  return { name: 'Processors', state: 'remark', found, advice: 'It works, but slowly; try --tier preview first.' };
}

async function checkMemory(): Promise<MachineCheck> {
  const limit = await containerMemoryBytes();
  const total = Math.min(totalmem(), limit ?? Number.POSITIVE_INFINITY);
  const free = `${formatBytes(total)}${limit === undefined ? `, ${formatBytes(freemem())} free` : ' (limit of the container)'}`;
  if (total >= COMFORTABLE_MEMORY_BYTES) return { name: 'Memory', state: 'good', found: free };
  const advice = 'Runs of many photos may need more: use --tier preview or --threads 1.';
  return { name: 'Memory', state: 'remark', found: free, advice };
}

/** Control groups limit a container below what the machine has. */
async function containerMemoryBytes(): Promise<number | undefined> {
  for (const path of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    const bytes = Number(await readFile(path, 'utf8').catch(() => 'none'));
    if (Number.isFinite(bytes) && bytes < totalmem()) return bytes;
  }
  return undefined;
}

async function checkDisk(folder: string): Promise<MachineCheck> {
  const free = await freeBytes(folder);
  if (free === undefined) return { name: 'Disk', state: 'remark', found: 'unknown' };
  const found = `${formatBytes(free)} free here`;
  if (free >= COMFORTABLE_DISK_BYTES) return { name: 'Disk', state: 'good', found };
  const advice = '50 photos need about 2 GB while they are computed: free some space or use another disk for --out.';
  return { name: 'Disk', state: 'remark', found, advice };
}

function checkSimd(): MachineCheck {
  if (canRunSimd()) return { name: 'WebAssembly SIMD', state: 'good', found: 'works' };
  const advice =
    'The processor is too old (it needs SSE 4.1 on x86, NEON on ARM), or Node.js was started with --no-wasm-simd.';
  return { name: 'WebAssembly SIMD', state: 'bad', found: 'does not work', advice };
}

async function checkThreads(): Promise<MachineCheck> {
  const pool = new KernelPool(1);
  try {
    const task = new URL('./doctor-task.js', import.meta.url);
    const answer = await pool.run<number, number>(task, 6, AbortSignal.timeout(10_000));
    if (answer === 42) return { name: 'Worker threads', state: 'good', found: 'work' };
  } catch {
    // Told below: whatever the reason, threads do not work.
  } finally {
    await pool.close();
  }
  const advice = 'Something keeps Node.js from starting threads: look for limits of processes (ulimit -u) or memory.';
  return { name: 'Worker threads', state: 'bad', found: 'do not work', advice };
}

async function checkImages(): Promise<MachineCheck> {
  const name = 'Photos (sharp)';
  try {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#804020' } })
      .jpeg()
      .toBuffer();
    const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    if (data.length === 8 * 8 * 3)
      return { name, state: 'good', found: `reads and writes (libvips ${sharp.versions.vips})` };
  } catch {
    // Told below.
  }
  return { name, state: 'bad', found: 'cannot be read', advice: 'Install the packages again: npm ci' };
}

async function checkHeic(): Promise<MachineCheck> {
  try {
    createRequire(import.meta.url).resolve('libheif-js/wasm-bundle');
    return { name: 'Photos (HEIC)', state: 'good', found: 'can be read' };
  } catch {
    const advice = 'Install the packages again (npm ci), or convert the photos to JPEG.';
    return { name: 'Photos (HEIC)', state: 'remark', found: 'cannot be read', advice };
  }
}

/** Nothing of this is needed for the built-in engine: what is missing and was not asked for is no remark. */
async function checkEngines(): Promise<MachineCheck[]> {
  const others = (await engineStatuses(process.env)).filter(({ name }) => name !== 'builtin');
  return others.map((status): MachineCheck => {
    const name = `${status.title} (optional)`;
    if (status.isAvailable) {
      const where = status.image === undefined ? '' : ` in ${status.image}`;
      return { name, state: 'good', found: `${status.version ?? ''}${where}. ${status.reason ?? ''}`.trim() };
    }
    const kit = `ATLAS_${status.name.toUpperCase()}`;
    const isExpected = process.env[`${kit}_FOLDER`] || process.env[`${kit}_IMAGE`];
    const found = { found: status.reason ?? 'not found', ...(status.hint ? { advice: status.hint } : {}) };
    return { name, state: isExpected ? 'remark' : 'good', ...found };
  });
}

async function checkContainers(): Promise<MachineCheck> {
  const name = 'Docker (optional)';
  const engine = await findContainerEngine();
  if (engine === undefined) return { name, state: 'good', found: 'neither docker nor podman found' };
  const isRunning = await requireEngine(engine).then(
    () => true,
    () => false,
  );
  return { name, state: 'good', found: `${engine.kind} ${isRunning ? 'runs' : 'found, but does not run'}` };
}
