import type { ShellPreferences } from '../../../src-shared/ipc/shell-bridge.js';

/** What happens when the window is closed, or the application is told to end. */
export type CloseDecision =
  /** Everything ends; jobs that run continue at the next start. */
  | 'end'
  /** The window goes, the work stays. */
  | 'hide'
  /** Jobs are cancelled, then everything ends. */
  | 'stop-jobs'
  | 'ask';

/** @param wish window: its close button was pressed; application: Quit was chosen, or the system shuts down */
export function decideClose({
  wish,
  isBusy,
  closing,
  isMac,
}: {
  readonly wish: 'window' | 'application';
  readonly isBusy: boolean;
  readonly closing: ShellPreferences['closing'];
  readonly isMac: boolean;
}): CloseDecision {
  // On macOS closing a window does not end its application.
  if (wish === 'window' && isMac) return 'hide';
  if (!isBusy) return 'end';
  if (closing === 'stop') return 'stop-jobs';
  // Going on in the background answers the close button; who chooses Quit means the whole application.
  if (closing === 'background' && wish === 'window') return 'hide';
  return 'ask';
}

/** The question, for a native dialog. The first button is the one that loses nothing. */
export function closeQuestion(names: readonly string[]) {
  const [first = '', ...others] = names;
  const what = others.length === 0 ? `“${first || 'A capture'}” is` : `${names.length} captures are`;
  return {
    message: `${what} still being computed.`,
    detail:
      'In the background the work goes on, and you are told when it is done. If you stop it, what was computed is kept and goes on from there when you start it again.',
    buttons: ['Continue in background', 'Stop and quit', 'Keep open'],
    answers: ['hide', 'stop-jobs', 'stay'],
    rememberLabel: 'Do this every time',
    cancelIndex: 2,
  } as const;
}

export type CloseAnswer = ReturnType<typeof closeQuestion>['answers'][number];
