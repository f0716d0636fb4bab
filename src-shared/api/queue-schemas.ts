import { z } from 'zod';

/** The queue: what runs and what waits, in the order of the turns. */
export const QueueResourceSchema = z
  .object({
    paused: z.boolean().describe('While true nothing new is started; what runs goes on'),
    concurrency: z.number().int().describe('Jobs that may run at the same time'),
    running: z.array(z.string()).describe('Ids of the jobs that run'),
    queued: z.array(z.string()).describe('Ids of the jobs that wait, the next one first'),
  })
  .meta({ id: 'Queue' });

export type QueueResource = z.infer<typeof QueueResourceSchema>;

/** Where to put a waiting job. */
export const MoveJobSchema = z
  .union([
    z.strictObject({ before: z.uuid().describe('Id of the waiting job that is to come right after it') }),
    z.strictObject({
      position: z.number().int().min(0).max(1_000_000).describe('`queue_position` to have; beyond the end is the end'),
    }),
  ])
  .meta({ id: 'MoveJob' });

export type MoveJob = z.infer<typeof MoveJobSchema>;
