import { CircleAlert, CircleCheck, CircleDashed, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DoctorCheck } from '../../../src-shared/api/doctor-schemas.js';
import { texts } from '../../ui/texts.js';

const ICONS: Readonly<Record<DoctorCheck['state'], LucideIcon>> = {
  good: CircleCheck,
  absent: CircleDashed,
  remark: TriangleAlert,
  bad: CircleAlert,
};

interface CheckListProps {
  readonly title: string;
  readonly checks: readonly Omit<DoctorCheck, 'group'>[];
  /** What can be done about it right here, instead of the remedy in words. */
  readonly actionOf?: (id: string) => ReactNode;
}

/** What was found, one thing a row, with what to do where something can be done. */
export function CheckList({ title, checks, actionOf }: CheckListProps) {
  if (checks.length === 0) return null;
  return (
    <section className="group">
      <h2 className="section-title">{title}</h2>
      <ul className="group-rows">
        {checks.map(({ id, title: name, state, detail, remedy }) => {
          const Icon = ICONS[state];
          const action = actionOf?.(id);
          return (
            <li key={id} className={`check check-${state}`}>
              <Icon size={18} aria-hidden />
              <span className="visually-hidden">{texts.doctor.states[state]}</span>
              <span className="check-name">{name}</span>
              <span className="check-found">
                {detail}
                {remedy !== undefined && !action && <span className="check-remedy">{remedy}</span>}
                {action}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
