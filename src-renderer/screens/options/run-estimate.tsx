import { Clock, HardDrive, MemoryStick, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Estimate } from '../../../src-shared/api/estimate-schemas.js';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import type { ReconstructOptions } from '../../../src-shared/pipeline/reconstruct-options.js';
import { useStudio } from '../../stores/use-studio.js';
import { texts } from '../../ui/texts.js';

interface RunEstimateProps {
  readonly jobId: string;
  readonly options: ReconstructOptions;
  /** Photos that the run would use; a change asks again. */
  readonly photoCount: number;
}

/** No finer than it can be known. */
const roundBytes = (bytes: number) => formatBytes(Number(bytes.toPrecision(2)));

/** Photos come and go one after another: the service is asked when they rest. */
const REST_MS = 350;

/** What a run will take, as the service reckons from earlier runs here, and whether the computer has it. */
export function RunEstimate({ jobId, options, photoCount }: RunEstimateProps) {
  const { api } = useStudio();
  const [estimate, setEstimate] = useState<Estimate>();
  const { tier, engine, sfm, dense, until } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other photos take other times
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      api.estimate(jobId, { tier, engine, sfm, dense, until }).then(
        (found) => isCurrent && setEstimate(found),
        () => undefined,
      );
    }, REST_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, jobId, photoCount, tier, engine, sfm, dense, until]);
  if (!estimate || estimate.photos === 0) return null;
  const { seconds, disk_bytes: disk, memory_bytes: memory, basis } = estimate;
  return (
    <section className="estimate" aria-label={texts.options.estimate}>
      <p className="estimate-time">
        <Clock size={14} aria-hidden />
        {texts.options.time(seconds.low, seconds.high)}
      </p>
      <p>
        <HardDrive size={14} aria-hidden />
        {texts.options.disk(roundBytes(disk.low), roundBytes(disk.high))}
      </p>
      <p>
        <MemoryStick size={14} aria-hidden />
        {texts.options.memory(roundBytes(memory.high))}
      </p>
      <p className="estimate-basis">{texts.options.basis[basis]}</p>
      {estimate.is_disk_short && (
        <p className="estimate-warning" role="alert">
          <TriangleAlert size={14} aria-hidden />
          {texts.options.diskShort(formatBytes(estimate.disk_free_bytes ?? 0))}
        </p>
      )}
      {estimate.is_memory_short && (
        <p className="estimate-warning" role="alert">
          <TriangleAlert size={14} aria-hidden />
          {texts.options.memoryShort(formatBytes(estimate.memory_total_bytes))}
        </p>
      )}
    </section>
  );
}
