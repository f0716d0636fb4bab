import { createLogUpdate } from 'log-update';
import colors from 'picocolors';
import { formatPercent, formatSeconds, formatTimeLeft } from '../../src-shared/pipeline/figures-as-text.js';
import type { RunEvent } from '../../src-shared/pipeline/run-event.js';
import { STAGE_TITLES, type StageId } from '../../src-shared/pipeline/stages.js';
import type { Output } from './output.js';

/** Shows a run to a person or a program while it goes on. */
export interface ProgressDisplay {
  show(event: RunEvent): void;
  /** Leaves the terminal as it should be; called before anything else is printed, also after a cancel. */
  end(): void;
}

const TITLE_WIDTH = Math.max(...Object.values(STAGE_TITLES).map(({ length }) => length)) + 2;
const BAR_WIDTH = 24;

/** One JSON event a line. */
export function jsonDisplay(output: Output): ProgressDisplay {
  return { show: (event) => output.line(JSON.stringify(event)), end: () => {} };
}

/** Lines that stay: for files, pipes and continuous integration. A line for each stage and each tenth of the whole. */
export function plainDisplay(output: Output): ProgressDisplay {
  let tenths = 0;
  return {
    show(event) {
      if (event.type === 'progress' && Math.floor(event.fraction * 10) > tenths) {
        tenths = Math.floor(event.fraction * 10);
        const left = event.etaSeconds === undefined ? '' : `, ${formatTimeLeft(event.etaSeconds)}`;
        output.line(`${formatPercent(event.fraction).padStart(5)}  ${STAGE_TITLES[event.stage]}${left}`);
      } else if (event.type === 'stage-finished') {
        output.line(`       ${finishedText(event)}`);
      } else if (event.type === 'warning') {
        output.line(`       ${warningText(event)}`);
      }
    },
    end: () => {},
  };
}

/** Finished stages as lines, and a bar that moves below them. */
export function terminalDisplay(output: Output): ProgressDisplay {
  const live = createLogUpdate(process.stdout);
  return {
    show(event) {
      if (event.type === 'progress') {
        live(liveText(event, output.columns));
      } else if (event.type === 'stage-finished') {
        live.clear();
        output.line(`  ${colors.green('✓')} ${finishedText(event)}`);
      } else if (event.type === 'warning') {
        live.clear();
        output.line(`  ${colors.yellow('!')} ${warningText(event)}`);
      }
    },
    end() {
      live.clear();
      live.done();
    },
  };
}

function liveText(event: Extract<RunEvent, { type: 'progress' }>, columns: number): string {
  const full = Math.round(event.fraction * BAR_WIDTH);
  const bar = colors.cyan('━'.repeat(full)) + colors.dim('━'.repeat(BAR_WIDTH - full));
  const left = event.etaSeconds === undefined ? '' : `  ${formatTimeLeft(event.etaSeconds)}`;
  const stagePercent = formatPercent(event.stageFraction).padStart(5);
  const stage = `  ${colors.cyan('›')} ${STAGE_TITLES[event.stage].padEnd(TITLE_WIDTH)}${stagePercent}`;
  const room = columns - TITLE_WIDTH - 13;
  const note = event.note === undefined || room < 10 ? '' : `  ${colors.dim(shorten(event.note, room))}`;
  return `${stage}${note}\n\n  ${bar} ${formatPercent(event.fraction).padStart(5)}${left}`;
}

function finishedText({ stage, cached, seconds }: { stage: StageId; cached: boolean; seconds: number }): string {
  const time = cached ? 'done before' : formatSeconds(seconds);
  return `${STAGE_TITLES[stage].padEnd(TITLE_WIDTH)}${time}`;
}

function warningText({ warning }: Extract<RunEvent, { type: 'warning' }>): string {
  const names = warning.photos ?? [];
  const some = names.slice(0, 4).join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');
  return names.length > 0 && !warning.message.includes(names[0] ?? '')
    ? `${warning.message} (${some})`
    : warning.message;
}

const shorten = (text: string, length: number) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);
