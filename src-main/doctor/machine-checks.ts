import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { DoctorCheck } from '../../src-shared/api/doctor-schemas.js';
import { formatBytes } from '../../src-shared/pipeline/figures-as-text.js';
import { KernelPool } from '../kernels/pool/kernel-pool.js';
import { canRunSimd } from '../kernels/wasm/simd-support.js';
import { freeBytes } from '../workspace/free-space.js';

const MIN_NODE = [20, 10] as const;
const COMFORTABLE_MEMORY_BYTES = 4e9;
const COMFORTABLE_DISK_BYTES = 5e9;

export function checkNode(): DoctorCheck {
  const about = { id: 'node', group: 'machine', title: 'Node.js' } as const;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  const detail = `${process.version} on ${process.platform} ${process.arch}`;
  if (isNewEnough) return { ...about, state: 'good', detail };
  return { ...about, state: 'bad', detail, remedy: `Install Node.js ${MIN_NODE.join('.')} or newer.` };
}

export function checkProcessors(): DoctorCheck {
  const about = { id: 'processors', group: 'machine', title: 'Processors' } as const;
  const count = availableParallelism();
  const detail = `${count} ${count === 1 ? 'processor' : 'processors'} to use${cpus()[0] ? ` (${cpus()[0]?.model.trim()})` : ''}`;
  if (count > 1) return { ...about, state: 'good', detail };
  return { ...about, state: 'remark', detail, remedy: 'It works, but slowly; try --tier preview first.' };
}

export async function checkMemory(): Promise<DoctorCheck> {
  const about = { id: 'memory', group: 'machine', title: 'Memory' } as const;
  const limit = await containerMemoryBytes();
  const total = Math.min(totalmem(), limit ?? Number.POSITIVE_INFINITY);
  const detail = `${formatBytes(total)}${limit === undefined ? `, ${formatBytes(freemem())} free` : ' (limit of the container)'}`;
  if (total >= COMFORTABLE_MEMORY_BYTES) return { ...about, state: 'good', detail };
  const remedy = 'Runs of many photos may need more: use --tier preview or --threads 1.';
  return { ...about, state: 'remark', detail, remedy };
}

/** Control groups limit a container below what the machine has. */
async function containerMemoryBytes(): Promise<number | undefined> {
  for (const path of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    const bytes = Number(await readFile(path, 'utf8').catch(() => 'none'));
    if (Number.isFinite(bytes) && bytes < totalmem()) return bytes;
  }
  return undefined;
}

export async function checkDisk(folder: string): Promise<DoctorCheck> {
  const about = { id: 'disk', group: 'machine', title: 'Disk' } as const;
  const free = await freeBytes(folder);
  if (free === undefined) return { ...about, state: 'remark', detail: 'unknown' };
  const detail = `${formatBytes(free)} free here`;
  if (free >= COMFORTABLE_DISK_BYTES) return { ...about, state: 'good', detail };
  const remedy = '50 photos need about 2 GB while they are computed: free some space or use another disk for --out.';
  return { ...about, state: 'remark', detail, remedy };
}

export function checkSimd(): DoctorCheck {
  const about = { id: 'simd', group: 'machine', title: 'WebAssembly SIMD' } as const;
  if (canRunSimd()) return { ...about, state: 'good', detail: 'works' };
  const remedy =
    'The processor is too old (it needs SSE 4.1 on x86, NEON on ARM), or Node.js was started with --no-wasm-simd.';
  return { ...about, state: 'bad', detail: 'does not work', remedy };
}

export async function checkThreads(): Promise<DoctorCheck> {
  const about = { id: 'threads', group: 'machine', title: 'Worker threads' } as const;
  const pool = new KernelPool(1);
  try {
    const task = new URL('./thread-task.js', import.meta.url);
    const answer = await pool.run<number, number>(task, 6, AbortSignal.timeout(10_000));
    if (answer === 42) return { ...about, state: 'good', detail: 'work' };
  } catch {
    // Told below: whatever the reason, threads do not work.
  } finally {
    await pool.close();
  }
  const remedy = 'Something keeps Node.js from starting threads: look for limits of processes (ulimit -u) or memory.';
  return { ...about, state: 'bad', detail: 'do not work', remedy };
}
