import { CircleAlert, CircleCheck, RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { DoctorCheck } from '../../../src-shared/api/doctor-schemas.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';
import { EngineDownload } from '../engines/engine-download.js';
import { CheckList } from './check-list.js';
import { checkGraphics } from './graphics.js';
import './doctor.css';

const GROUPS = ['service', 'machine', 'photos', 'engines'] as const;

/** Whether work can start on this computer, what was found on it, and what to do about what is missing. */
export function DoctorScreen() {
  const { api, connection, pulls } = useStudio();
  const engines = useStore(connection, (state) => state.capabilities?.engines);
  const pulledCount = useStore(pulls, (state) => state.completedCount);
  const epoch = useStore(connection, (state) => state.epoch);
  const [checks, setChecks] = useState<readonly DoctorCheck[] | 'unknown'>();
  const [graphics, setGraphics] = useState<readonly Omit<DoctorCheck, 'group'>[]>([]);
  const [isChecking, setChecking] = useState(false);
  const check = useCallback(async () => {
    setChecking(true);
    void pulls.getState().load();
    const [found, drawing] = await Promise.all([api.doctor().catch(() => 'unknown' as const), checkGraphics()]);
    // The check-up looks anew for what the choices elsewhere are made of.
    await connection.getState().loadCapabilities();
    setChecks(found);
    setGraphics(drawing);
    setChecking(false);
  }, [api, connection, pulls]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a service that came back, or has got an engine, is asked again
  useEffect(() => void check(), [check, epoch, pulledCount]);
  const actionOf = (id: string) => {
    const engine = engines?.find(({ name }) => id === `engine-${name}`);
    return engine && !engine.available && engine.missing_image !== null ? <EngineDownload engine={engine} /> : null;
  };
  const known = typeof checks === 'object' ? checks : [];
  return (
    <div className="page">
      <header className="page-head">
        <h1>{texts.doctor.title}</h1>
        <p>{texts.doctor.intro}</p>
      </header>
      <Verdict checks={checks}>
        <Button size="s" icon={RefreshCw} isDisabled={isChecking} onPress={() => void check()}>
          {isChecking ? texts.doctor.checking : texts.doctor.checkAgain}
        </Button>
      </Verdict>
      {GROUPS.map((group) => (
        <CheckList
          key={group}
          title={texts.doctor.groups[group]}
          checks={known.filter((found) => found.group === group)}
          actionOf={actionOf}
        />
      ))}
      {known.length > 0 && <CheckList title={texts.doctor.groups.window} checks={graphics} />}
    </div>
  );
}

interface VerdictProps {
  readonly checks: readonly DoctorCheck[] | 'unknown' | undefined;
  readonly children: React.ReactNode;
}

/** All of it in one line. */
function Verdict({ checks, children }: VerdictProps) {
  const isBad = checks === 'unknown' || checks?.some(({ state }) => state === 'bad') === true;
  const remarks = typeof checks === 'object' ? checks.filter(({ state }) => state === 'remark').length : 0;
  const text =
    checks === undefined
      ? texts.doctor.checking
      : checks === 'unknown'
        ? texts.doctor.unknown
        : isBad
          ? texts.doctor.notReady
          : remarks > 0
            ? texts.doctor.readyWithRemarks(remarks)
            : texts.doctor.ready;
  const kind = checks === undefined ? 'pending' : isBad ? 'bad' : 'good';
  return (
    <div className={`verdict verdict-${kind}`} role="status">
      {isBad ? <CircleAlert size={22} aria-hidden /> : <CircleCheck size={22} aria-hidden />}
      <strong>{text}</strong>
      {children}
    </div>
  );
}
