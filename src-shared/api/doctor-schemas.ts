import { z } from 'zod';

/** What was found of one thing on the computer that computes. */
export const DoctorCheckSchema = z
  .object({
    id: z.string().describe('Stays the same between versions'),
    group: z.enum(['service', 'machine', 'photos', 'engines']),
    title: z.string(),
    state: z
      .enum(['good', 'absent', 'remark', 'bad'])
      .describe('absent: optional and not there; remark: it works, with limits; bad: Atlas cannot work'),
    detail: z.string().describe('What was found'),
    remedy: z.string().optional().describe('What to do, where something can be done'),
  })
  .meta({ id: 'DoctorCheck' });

export type DoctorCheck = z.infer<typeof DoctorCheckSchema>;

export const DoctorReportSchema = z.object({ checks: z.array(DoctorCheckSchema) }).meta({ id: 'DoctorReport' });

export type DoctorReport = z.infer<typeof DoctorReportSchema>;
