import { existsSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';

// Preloaded (`node --import`) into the service and its job processes by tests that kill them: stops a thread at named moments,
// so that a kill hits exactly there, however short a stage is. The product knows nothing of it.
//
// A moment is held when its file `{job id}.{what}.{when}.hold` is in the folder ATLAS_TEST_HOLDS; the file is renamed to
// `.held` when it is reached, so that each moment is held once. What: a stage's id, or `record` (the service writes the end
// of a job, its artifacts being published). When: `begin`, `middle` (work half done), `end` (computed, not recorded yet).

/** Nobody waits longer: a test that fails leaves nothing behind. */
const HELD_AT_MOST_MS = 120_000;
const MIDDLE = 0.3;
const folder = process.env.ATLAS_TEST_HOLDS ?? '';

/** Stops this thread, whole, if the moment is to be held. */
function hold(jobId, what, when) {
  const file = join(folder, `${jobId}.${what}.${when}`);
  if (!existsSync(`${file}.hold`)) return;
  renameSync(`${file}.hold`, `${file}.held`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_AT_MOST_MS);
}

/** The pipeline's thread: its stages are held. */
async function holdStages(jobId) {
  const { StageRunner } = await import('#main/pipeline/stage-runner.js');
  const run = StageRunner.prototype.run;
  StageRunner.prototype.run = function (stage, ...rest) {
    const held = {
      ...stage,
      run: async (input, options, context) => {
        let isInMiddle = false;
        hold(jobId, stage.id, 'begin');
        const progress = (fraction, note) => {
          context.progress(fraction, note);
          if (isInMiddle || fraction < MIDDLE) return;
          isInMiddle = true;
          hold(jobId, stage.id, 'middle');
        };
        const output = await stage.run(input, options, { ...context, progress });
        // Done in one step, from which it does not report.
        if (!isInMiddle) hold(jobId, stage.id, 'middle');
        hold(jobId, stage.id, 'end');
        return output;
      },
    };
    return run.call(this, held, ...rest);
  };
}

/** The service: the moment is held in which a job's end is recorded. */
async function holdRecords() {
  const { JobChanges } = await import('#main/jobs/job-changes.js');
  const apply = JobChanges.prototype.apply;
  JobChanges.prototype.apply = function (jobId, change, ...rest) {
    const isEnd = (job) => job.status === 'completed';
    const job = apply.call(
      this,
      jobId,
      (before) => {
        const changed = change(before);
        if (isEnd(changed)) hold(jobId, 'record', 'begin');
        return changed;
      },
      ...rest,
    );
    if (isEnd(job)) hold(jobId, 'record', 'end');
    return job;
  };
}

// A job's folder is `{storage}/workspaces/{job id}/output`.
if (!isMainThread && workerData?.folder) await holdStages(basename(dirname(workerData.folder)));
if (isMainThread && process.argv.includes('serve')) await holdRecords();
