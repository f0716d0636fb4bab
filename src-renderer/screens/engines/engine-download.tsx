import { CircleAlert, Download, ExternalLink, RefreshCw, X } from 'lucide-react';
import { useStore } from 'zustand';
import type { EngineResource } from '../../../src-shared/api/capability-schemas.js';
import type { ImagePull, PullableEngine } from '../../../src-shared/api/pull-schemas.js';
import { formatPercent } from '../../../src-shared/pipeline/figures-as-text.js';
import { useStudio } from '../../stores/use-studio.js';
import { Bar } from '../../ui/bar.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';
import { pullFraction } from './pull-facts.js';
import './engines.css';

interface EngineDownloadProps {
  readonly engine: EngineResource;
  /** Absent where the screen has such a button already. */
  readonly onLookAgain?: (() => void) | undefined;
}

/**
 * How to get an engine that is not here: a button that downloads its container image and says what that is, the progress of that
 * with a way to stop it, or what is to be installed first. Nothing is downloaded before the press.
 * Who shows it reads the downloads. Engines in one image have one button, with the first of them.
 */
export function EngineDownload({ engine, onLookAgain }: EngineDownloadProps) {
  const { connection, pulls } = useStudio();
  const capabilities = useStore(connection, (state) => state.capabilities);
  const name = engine.name === 'builtin' ? undefined : engine.name;
  const pull = useStore(pulls, (state) => (name === undefined ? undefined : state.pulls[name]));
  if (name === undefined || engine.available || engine.missing_image === null || !capabilities) return null;
  const inSameImage = capabilities.engines.filter(({ missing_image }) => missing_image === engine.missing_image);
  const [first] = inSameImage;
  if (first && first.name !== name) return <p className="engine-shared">{texts.engines.sameImage(first.title)}</p>;
  if (pull?.state === 'pulling') return <Running name={name} pull={pull} />;
  const { containers } = capabilities;
  if (containers === null) return <NoRunner />;
  if (!containers.running) {
    return (
      <div className="engine-get">
        <p>{texts.engines.notRunning(containers.engine)}</p>
        {onLookAgain && (
          <Button size="s" icon={RefreshCw} onPress={onLookAgain}>
            {texts.engines.lookAgain}
          </Button>
        )}
      </div>
    );
  }
  const titles = inSameImage.map(({ title }) => title).join(' and ');
  const isAgain = pull?.state === 'failed';
  return (
    <div className="engine-get">
      {isAgain && pull.error && (
        <p className="engine-problem" role="alert">
          <CircleAlert size={15} aria-hidden />
          <span>
            <strong>{pull.error.message}</strong> {pull.error.hint}
          </span>
        </p>
      )}
      {pull?.state === 'cancelled' && <p>{texts.engines.stopped}</p>}
      <p>{texts.engines.downloads(containers.engine, engine.missing_image, titles)}</p>
      <Button
        size="s"
        icon={Download}
        aria-label={isAgain ? texts.engines.retryOf(titles) : texts.engines.downloadOf(titles)}
        onPress={() => void pulls.getState().start(name)}
      >
        {isAgain ? texts.common.retry : texts.engines.download}
      </Button>
    </div>
  );
}

function Running({ name, pull }: { readonly name: PullableEngine; readonly pull: ImagePull }) {
  const { pulls } = useStudio();
  const fraction = pullFraction(pull);
  return (
    <div className="engine-get">
      <p className="engine-pull-head">
        <span>{texts.engines.downloading(pull.image)}</span>
        {fraction !== undefined && <span className="engine-percent">{formatPercent(fraction)}</span>}
      </p>
      <Bar label={texts.engines.downloading(pull.image)} fraction={fraction} />
      <p className="engine-pull-foot">
        <span>{texts.engines.layers(pull.layers_done, pull.layers_known)}</span>
        <Button
          size="s"
          kind="quiet"
          icon={X}
          aria-label={texts.engines.stopOf(pull.image)}
          onPress={() => void pulls.getState().cancel(name)}
        >
          {texts.engines.stop}
        </Button>
      </p>
    </div>
  );
}

function NoRunner() {
  return (
    <div className="engine-get">
      <p>{texts.engines.noRunner}</p>
      <p className="engine-links">
        {(['docker', 'podman'] as const).map((runner) => (
          <a key={runner} className="text-link" href={texts.engines.links[runner]} target="_blank" rel="noreferrer">
            {texts.engines.installOf(texts.engines.runners[runner])} <ExternalLink size={13} aria-hidden />
          </a>
        ))}
      </p>
    </div>
  );
}
