import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { JOB_STATES } from '../../src-shared/job/job-state.js';
import type { Log } from '../logging/log.js';
import { freeBytes } from '../workspace/free-space.js';
import type { PullOutcome } from './image-pulls.js';
import type { ServiceParts } from './service.js';

/** Prometheus metrics of the service: jobs, stages, queue, HTTP, disk and the process's own (event loop, memory). */
export class Metrics {
  readonly registry = new Registry();
  readonly #httpSeconds = new Histogram({
    name: 'atlas_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 60],
    registers: [this.registry],
  });
  readonly #stageSeconds = new Histogram({
    name: 'atlas_stage_seconds',
    help: 'Time that a stage of a job took',
    labelNames: ['stage'],
    buckets: [1, 3, 10, 30, 60, 120, 300, 600, 1800, 3600],
    registers: [this.registry],
  });

  readonly #imagePulls = new Counter({
    name: 'atlas_image_pulls_total',
    help: 'Downloads of container images that have ended',
    labelNames: ['image', 'outcome'],
    registers: [this.registry],
  });

  constructor({ store, queue, folders }: Pick<ServiceParts, 'store' | 'queue' | 'folders'>) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'atlas_jobs',
      help: 'Jobs by state',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const counts = store.countByState();
        for (const state of JOB_STATES) this.set({ state }, counts[state] ?? 0);
      },
    });
    new Gauge({
      name: 'atlas_jobs_running',
      help: 'Job processes now',
      registers: [this.registry],
      collect() {
        this.set(queue.runningCount);
      },
    });
    new Gauge({
      name: 'atlas_queue_depth',
      help: 'Jobs that wait',
      registers: [this.registry],
      collect() {
        this.set(store.queuedCount());
      },
    });
    new Gauge({
      name: 'atlas_queue_paused',
      help: '1 while the queue starts nothing new',
      registers: [this.registry],
      collect() {
        this.set(queue.isPaused ? 1 : 0);
      },
    });
    new Gauge({
      name: 'atlas_disk_free_bytes',
      help: 'Free space where jobs are stored',
      registers: [this.registry],
      async collect() {
        this.set((await freeBytes(folders.root)) ?? Number.NaN);
      },
    });
  }

  /** Measures and logs every request of the server. */
  observe(app: FastifyInstance, log: Log): void {
    app.addHook('onResponse', async (request, reply) => {
      // The route's pattern, never the address: ids would make a series each.
      const route = request.routeOptions.url ?? 'unknown';
      this.#httpSeconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
      const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
      if (reply.statusCode >= 500) log.warn('request', line);
      else if (request.method === 'GET' || request.method === 'HEAD') log.debug('request', line);
      else log.info('request', line);
    });
  }

  imagePullEnded(image: string, outcome: PullOutcome): void {
    this.#imagePulls.inc({ image, outcome });
  }

  stageFinished(stage: string, seconds: number): void {
    this.#stageSeconds.observe({ stage }, seconds);
  }
}
