import { createStore } from 'zustand/vanilla';
import type { AtlasApi } from '../api/atlas-api.js';

/** A line of a run's log, in parts. */
export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly text: string;
}

export interface LogState {
  readonly jobId: string | undefined;
  readonly lines: readonly LogLine[];
  /** Reads on from where it is. */
  read(jobId: string): Promise<void>;
}

const KEPT_LINES = 5000;

/** The log of a job, read on page by page. */
export function createLogStore(api: AtlasApi) {
  let offset = 0;
  let isReading = false;
  return createStore<LogState>()((set, get) => ({
    jobId: undefined,
    lines: [],
    async read(jobId) {
      if (isReading) return;
      if (get().jobId !== jobId) {
        offset = 0;
        set({ jobId, lines: [] });
      }
      isReading = true;
      try {
        const page = await api.readLog(jobId, offset);
        offset = page.next_offset;
        if (page.lines.length > 0)
          set(({ lines }) => ({ lines: [...lines, ...page.lines.map(parseLine)].slice(-KEPT_LINES) }));
      } catch {
        // The connection says it; the log goes on when it is back.
      } finally {
        isReading = false;
      }
    },
  }));
}

export type LogStore = ReturnType<typeof createLogStore>;

const LEVELS: Readonly<Record<string, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** @param line of NDJSON; anything else is shown as it is */
export function parseLine(line: string): LogLine {
  try {
    const { level, time, msg, event, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const details = Object.entries(fields)
      .filter(([name]) => name !== 'pid' && name !== 'hostname')
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value, shorten)}`);
    return {
      level: LEVELS[String(level)] ?? String(level ?? 'info'),
      time: typeof time === 'number' || typeof time === 'string' ? new Date(time).toLocaleTimeString('en-GB') : '',
      text: [String(msg ?? event ?? ''), ...details].join('  ').trim(),
    };
  } catch {
    return { level: 'info', time: '', text: line };
  }
}

/** Four digits tell as much as sixteen. */
const shorten = (_name: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
