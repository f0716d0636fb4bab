import { CircleAlert, CircleCheck, RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import type { Readiness } from '../../api/answers.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';
import './doctor.css';

const CHECKS = ['store', 'queue', 'disk'] as const;

/** Whether work can start on this computer, and what to do where it cannot. */
export function DoctorScreen() {
  const { api, connection } = useStudio();
  const epoch = useStore(connection, (state) => state.epoch);
  const [readiness, setReadiness] = useState<Readiness>();
  const [isChecking, setChecking] = useState(false);
  const check = useCallback(async () => {
    setChecking(true);
    setReadiness(await api.readiness().catch(() => undefined));
    setChecking(false);
  }, [api]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a service that came back is asked again
  useEffect(() => void check(), [check, epoch]);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{texts.doctor.title}</h1>
        <p>{texts.doctor.intro}</p>
      </header>
      <div className={`verdict ${readiness?.ready ? 'verdict-good' : 'verdict-bad'}`} role="status">
        {readiness?.ready ? <CircleCheck size={22} aria-hidden /> : <CircleAlert size={22} aria-hidden />}
        <strong>
          {readiness ? (readiness.ready ? texts.doctor.ready : texts.doctor.notReady) : texts.doctor.unknown}
        </strong>
        <Button size="s" icon={RefreshCw} isDisabled={isChecking} onPress={() => void check()}>
          {texts.doctor.checkAgain}
        </Button>
      </div>
      {readiness && (
        <section className="group" aria-label={texts.doctor.service}>
          <h2 className="section-title">{texts.doctor.service}</h2>
          <div className="group-rows">
            {CHECKS.map((name) => (
              <Check
                key={name}
                name={texts.doctor[name]}
                ok={readiness[name].ok}
                detail={plainDetail(readiness[name].detail)}
                advice={texts.doctor.advice[name]}
              />
            ))}
          </div>
        </section>
      )}
    </div>
  );
}

/** Sizes as they are said everywhere else. */
const plainDetail = (detail: string): string =>
  detail.replace(/(\d+) MiB/, (_, mebibytes: string) => formatBytes(Number(mebibytes) * 1024 ** 2));

interface CheckProps {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string;
}

function Check({ name, ok, detail, advice }: CheckProps) {
  return (
    <div className={`setting check ${ok ? 'check-good' : 'check-bad'}`}>
      {ok ? <CircleCheck size={17} aria-hidden /> : <CircleAlert size={17} aria-hidden />}
      <span className="setting-name">{name}</span>
      <span className="setting-value">
        {detail}
        {!ok && <span className="check-advice">{advice}</span>}
      </span>
    </div>
  );
}
