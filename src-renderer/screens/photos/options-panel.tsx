import { ChevronRight, HardDrive, Play, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading, Radio, RadioGroup } from 'react-aria-components';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { formatBytes, formatCount } from '../../../src-shared/pipeline/figures-as-text.js';
import { QUALITY_TIERS, type QualityTier } from '../../../src-shared/pipeline/quality-tiers.js';
import type { ReconstructOptions } from '../../../src-shared/pipeline/reconstruct-options.js';
import { spaceNeeded } from '../../../src-shared/pipeline/space-needed.js';
import { uploadTotals } from '../../stores/uploads-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { Choice } from '../../ui/choice.js';
import { texts } from '../../ui/texts.js';

const TIERS = Object.keys(QUALITY_TIERS) as QualityTier[];
const TRIANGLES = [10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];
const TEXTURES = [512, 1024, 2048, 4096, 8192];
const BY_QUALITY = 'quality';
const COMFORTABLE_PHOTOS = 20;

interface OptionsPanelProps {
  readonly job: JobResource;
  /** Photos that a run would use. */
  readonly photoCount: number;
  readonly flaggedCount: number;
  /** Whether most photos are so small that the model cannot be fine. */
  readonly areSmall: boolean;
  readonly minPhotos: number;
}

/** What is to be made of the photos: the quality, the rest folded away, what it will need, and the start. */
export function OptionsPanel({ job, photoCount, flaggedCount, areSmall, minPhotos }: OptionsPanelProps) {
  const { jobs, uploads, capture, route } = useStudio();
  const [options, setOptions] = useState<ReconstructOptions>(job.options);
  const [isStarting, setIsStarting] = useState(false);
  const openUploads = useStore(uploads, (state) => uploadTotals(state.uploads, job.job_id).open);
  const isDraft = job.status === 'draft';
  const canChange = isDraft || hasEnded(job.status);
  const missing = minPhotos - photoCount;
  const tier = QUALITY_TIERS[options.tier];

  const start = async () => {
    setIsStarting(true);
    const { change, commit, retry } = jobs.getState();
    await capture.getState().settlePhotos();
    const hasStarted = isDraft
      ? (await change(job.job_id, { options })) && (await commit(job.job_id))
      : await retry(job.job_id, options);
    setIsStarting(false);
    if (!hasStarted) return;
    uploads.getState().clear(job.job_id);
    route.getState().go({ screen: 'capture', jobId: job.job_id, tab: 'progress' });
  };

  return (
    <aside className="panel options" aria-label={texts.photos.options}>
      <h2 className="panel-title">{texts.photos.quality}</h2>
      <RadioGroup
        aria-label={texts.photos.quality}
        className="tiers"
        isDisabled={!canChange}
        value={options.tier}
        onChange={(value) => {
          const chosen = TIERS.find((name) => name === value);
          if (chosen) setOptions((now) => ({ ...now, tier: chosen }));
        }}
      >
        {TIERS.map((name) => (
          <Radio key={name} value={name} className="tier">
            <span className="tier-mark" aria-hidden />
            <span className="tier-words">
              <span className="tier-title">{texts.photos.tiers[name].title}</span>
              <span className="tier-text">{texts.photos.tiers[name].text}</span>
            </span>
          </Radio>
        ))}
      </RadioGroup>

      <Disclosure className="disclosure" isDisabled={!canChange}>
        <Heading level={3} className="disclosure-head">
          <AriaButton slot="trigger" className="disclosure-trigger">
            <ChevronRight size={15} className="disclosure-arrow" aria-hidden />
            {texts.photos.advanced}
          </AriaButton>
        </Heading>
        <DisclosurePanel className="disclosure-panel">
          <Choice
            label={texts.photos.triangles}
            value={String(options.triangles ?? BY_QUALITY)}
            values={[
              { id: BY_QUALITY, text: texts.photos.byQuality(formatCount(tier.triangleCount)) },
              ...TRIANGLES.map((count) => ({ id: String(count), text: formatCount(count) })),
            ]}
            onChange={(value) => setOptions((now) => withNumber(now, 'triangles', value))}
          />
          <Choice
            label={texts.photos.texture}
            value={String(options.textureSize ?? BY_QUALITY)}
            values={[
              { id: BY_QUALITY, text: texts.photos.byQuality(texts.photos.pixels(tier.textureSizePx)) },
              ...TEXTURES.map((size) => ({ id: String(size), text: texts.photos.pixels(size) })),
            ]}
            onChange={(value) => setOptions((now) => withNumber(now, 'textureSize', value))}
          />
        </DisclosurePanel>
      </Disclosure>

      <div className="options-foot">
        {photoCount > 0 && canChange && (
          <p className="estimate">
            <HardDrive size={14} aria-hidden />
            {texts.photos.estimateDisk(formatBytes(spaceNeeded(photoCount, options.tier)))}
          </p>
        )}
        {isDraft && missing <= 0 && photoCount < COMFORTABLE_PHOTOS && (
          <p className="options-advice">{texts.photos.fewAdvice}</p>
        )}
        {isDraft && areSmall && <p className="options-advice">{texts.photos.smallAdvice}</p>}
        {isDraft && flaggedCount > 0 && <p className="options-advice">{texts.photos.flaggedAdvice(flaggedCount)}</p>}
        {isDraft ? (
          <Button
            kind="primary"
            size="l"
            icon={Play}
            isDisabled={missing > 0 || openUploads > 0 || isStarting}
            onPress={() => void start()}
          >
            {isStarting
              ? texts.photos.starting
              : openUploads > 0
                ? texts.photos.waitUpload
                : missing > 0
                  ? texts.photos.needMore(missing)
                  : texts.photos.start}
          </Button>
        ) : (
          canChange && (
            <>
              <p className="options-advice">{texts.photos.againHint}</p>
              <Button size="l" icon={RotateCcw} isDisabled={isStarting} onPress={() => void start()}>
                {texts.photos.again}
              </Button>
            </>
          )
        )}
      </div>
    </aside>
  );
}

/** @param value a number as text, or {@link BY_QUALITY} which leaves it to the tier */
function withNumber(options: ReconstructOptions, name: 'triangles' | 'textureSize', value: string): ReconstructOptions {
  const { [name]: _, ...rest } = options;
  return value === BY_QUALITY ? rest : { ...rest, [name]: Number(value) };
}
