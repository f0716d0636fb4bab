import { ChevronRight } from 'lucide-react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading, Radio, RadioGroup } from 'react-aria-components';
import { useStore } from 'zustand';
import type { Capabilities, EngineResource } from '../../../src-shared/api/capability-schemas.js';
import { DENSE_ENGINES, ENGINES, type EngineName, SFM_ENGINES } from '../../../src-shared/pipeline/engines.js';
import { formatCount } from '../../../src-shared/pipeline/figures-as-text.js';
import { QUALITY_TIERS, type QualityTier } from '../../../src-shared/pipeline/quality-tiers.js';
import type { ReconstructOptions } from '../../../src-shared/pipeline/reconstruct-options.js';
import { useStudio } from '../../stores/use-studio.js';
import { Choice } from '../../ui/choice.js';
import { texts } from '../../ui/texts.js';
import { EnginesLink } from '../engines/engines-link.js';
import './options.css';

const TIERS = Object.keys(QUALITY_TIERS) as QualityTier[];
const TRIANGLES = [10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];
const TEXTURES = [512, 1024, 2048, 4096, 8192];
const BY_QUALITY = 'quality';
const ALL_STAGES = 'all';
const ENDS = ['sfm', 'dense', 'mesh'] as const;

interface OptionsFieldsProps {
  readonly options: ReconstructOptions;
  readonly isDisabled?: boolean;
  readonly onChange: (options: ReconstructOptions) => void;
}

/** What can be chosen for a run: what matters in sight, the rest folded away. Engines are those that the service found. */
export function OptionsFields({ options, isDisabled = false, onChange }: OptionsFieldsProps) {
  const { connection } = useStudio();
  const choices = useStore(connection, (state) => state.capabilities?.choices);
  const engines = useStore(connection, (state) => state.capabilities?.engines) ?? [];
  const tier = QUALITY_TIERS[options.tier];
  return (
    <>
      <RadioGroup
        aria-label={texts.options.quality}
        className="tiers"
        isDisabled={isDisabled}
        value={options.tier}
        onChange={(value) => {
          const chosen = TIERS.find((name) => name === value);
          if (chosen) onChange({ ...options, tier: chosen });
        }}
      >
        {TIERS.map((name) => (
          <Radio key={name} value={name} className="tier">
            <span className="tier-mark" aria-hidden />
            <span className="tier-words">
              <span className="tier-title">{texts.options.tiers[name].title}</span>
              <span className="tier-text">{texts.options.tiers[name].text}</span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
      <div className="options-pair">
        <Choice
          label={texts.options.triangles}
          isDisabled={isDisabled}
          value={String(options.triangles ?? BY_QUALITY)}
          values={[
            { id: BY_QUALITY, text: formatCount(tier.triangleCount), hint: texts.options.byQuality },
            ...TRIANGLES.map((count) => ({ id: String(count), text: formatCount(count) })),
          ]}
          onChange={(value) => onChange(withNumber(options, 'triangles', value))}
        />
        <Choice
          label={texts.options.texture}
          isDisabled={isDisabled}
          value={String(options.textureSize ?? BY_QUALITY)}
          values={[
            { id: BY_QUALITY, text: texts.options.pixels(tier.textureSizePx), hint: texts.options.byQuality },
            ...TEXTURES.map((size) => ({ id: String(size), text: texts.options.pixels(size) })),
          ]}
          onChange={(value) => onChange(withNumber(options, 'textureSize', value))}
        />
      </div>
      <Choice
        label={texts.options.engine}
        isDisabled={isDisabled}
        value={options.engine}
        values={engineValues(ENGINES, choices?.engine, engines)}
        onChange={(engine) => onChange({ ...options, engine })}
      />
      <EnginesLink />
      <Disclosure className="disclosure" isDisabled={isDisabled}>
        <Heading level={3} className="disclosure-head">
          <AriaButton slot="trigger" className="disclosure-trigger">
            <ChevronRight size={15} className="disclosure-arrow" aria-hidden />
            {texts.options.advanced}
          </AriaButton>
        </Heading>
        <DisclosurePanel className="disclosure-panel">
          <Choice
            label={texts.options.sfm}
            value={options.sfm ?? 'auto'}
            values={engineValues(SFM_ENGINES, choices?.sfm, engines, texts.options.sfmHints)}
            onChange={(sfm) => onChange({ ...options, sfm })}
          />
          <Choice
            label={texts.options.dense}
            value={options.dense ?? 'auto'}
            values={engineValues(DENSE_ENGINES, choices?.dense, engines, texts.options.denseHints)}
            onChange={(dense) => onChange({ ...options, dense })}
          />
          <Choice
            label={texts.options.until}
            value={options.until ?? ALL_STAGES}
            values={[ALL_STAGES, ...ENDS].map((id) => ({ id, text: texts.options.ends[id] ?? id }))}
            onChange={(value) => {
              const { until: _, ...rest } = options;
              const until = ENDS.find((end) => end === value);
              onChange(until === undefined ? rest : { ...rest, until });
            }}
          />
        </DisclosurePanel>
      </Disclosure>
    </>
  );
}

/** The sets of programs behind a choice. */
const PARTS: Readonly<Record<string, readonly EngineName[]>> = {
  colmap: ['colmap'],
  openmvg: ['openmvg'],
  'openmvg-global': ['openmvg'],
  openmvs: ['openmvs'],
  'openmvg-openmvs': ['openmvg', 'openmvs'],
};

/** The engines of an option; those that this computer lacks cannot be chosen and say why. */
function engineValues<Name extends string>(
  names: readonly Name[],
  choices: Capabilities['choices'][keyof Capabilities['choices']] | undefined,
  engines: readonly EngineResource[],
  hints = texts.options.engineHints,
) {
  return names.map((id) => {
    const choice = choices?.find(({ value }) => value === id);
    const isMissing = choice?.available === false;
    const isToBeHad = engines.some(({ name, missing_image }) => missing_image !== null && PARTS[id]?.includes(name));
    const reason = choice?.reason ?? '';
    const hint = isMissing ? (isToBeHad ? texts.options.missing(reason) : reason) : hints[id];
    return {
      id,
      text: texts.options.engines[id] ?? id,
      isDisabled: isMissing,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

/** @param value a number as text, or {@link BY_QUALITY} which leaves it to the tier */
function withNumber(options: ReconstructOptions, name: 'triangles' | 'textureSize', value: string): ReconstructOptions {
  const { [name]: _, ...rest } = options;
  return value === BY_QUALITY ? rest : { ...rest, [name]: Number(value) };
}
