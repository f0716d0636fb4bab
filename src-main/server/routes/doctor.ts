import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type DoctorCheck, DoctorReportSchema } from '../../../src-shared/api/doctor-schemas.js';
import { checkMachine } from '../../doctor/check-machine.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const DESCRIPTION = `Looks at the computer that the service runs on: what is there, what is missing, and what to do about it.
Programs are started to ask for their versions, so it may take some seconds; \`/ready\` is the one to poll.`;

/** What was found on this computer, for people. */
export const doctorRoutes =
  ({ store, queue, folders, engines }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    /** Those who ask meanwhile get the same answer. */
    let running: Promise<readonly DoctorCheck[]> | undefined;

    const checkService = (): DoctorCheck[] => {
      const isWritable = store.isWritable();
      const [storage, waiting] = [
        { id: 'storage', group: 'service', title: 'Storage' },
        { id: 'queue', group: 'service', title: 'Queue' },
      ] as const;
      return [
        isWritable
          ? { ...storage, state: 'good', detail: 'can be written' }
          : { ...storage, state: 'bad', detail: 'cannot be written', remedy: 'Check the permissions of its folder.' },
        queue.isRunning
          ? { ...waiting, state: 'good', detail: `runs, ${queue.runningCount} in work` }
          : { ...waiting, state: 'bad', detail: 'takes no work', remedy: 'Restart the service.' },
      ];
    };

    app.get(
      '/doctor',
      {
        schema: {
          ...{ tags: ['operation'], summary: 'What was found on this computer', description: DESCRIPTION },
          response: { 200: DoctorReportSchema, ...problemResponses() },
        },
      },
      async () => {
        running ??= checkMachine(folders.root, () => engines.statuses(true)).finally(() => {
          running = undefined;
        });
        return { checks: [...checkService(), ...(await running)] };
      },
    );
  };
