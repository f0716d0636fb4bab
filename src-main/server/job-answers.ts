import type { FastifyReply } from 'fastify';
import { JobResourceSchema } from '../../src-shared/api/job-schemas.js';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import { jobResource } from '../jobs/job-resource.js';

/** JSON of a job, checked against its schema, and the place in the queue that it tells. */
interface JobText {
  readonly queuePosition: number | undefined;
  readonly text: string;
}

/** Answers that read a job: made once for each change of it, for polls are many and changes are few. */
export class JobAnswers {
  readonly #texts = new WeakMap<JobRecord, JobText>();

  /** @param job as the store gives it: another object after each change */
  send(reply: FastifyReply, job: JobRecord, queuePosition: number | undefined): FastifyReply {
    let known = this.#texts.get(job);
    if (known === undefined || known.queuePosition !== queuePosition) {
      const resource = JobResourceSchema.parse(jobResource(job, queuePosition));
      known = { queuePosition, text: JSON.stringify(resource) };
      this.#texts.set(job, known);
    }
    return reply.type('application/json; charset=utf-8').serializer(String).send(known.text);
  }
}
