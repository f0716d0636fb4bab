import { describe, expect, it } from 'vitest';
import { CrashRecovery } from '#main/electron/window/crash-recovery.js';

describe('a page whose process has ended', () => {
  it('is loaded again at once', () => expect(new CrashRecovery(() => 0).onGone('crashed')).toBe('reload'));

  it('is loaded again after the system took its memory', () => {
    expect(new CrashRecovery(() => 0).onGone('oom')).toBe('reload');
    expect(new CrashRecovery(() => 0).onGone('killed')).toBe('reload');
  });

  it('is left alone when it went as it should', () => {
    expect(new CrashRecovery(() => 0).onGone('clean-exit')).toBe('nothing');
  });

  it('is not loaded again and again when it crashes each time', () => {
    let now = 0;
    const recovery = new CrashRecovery(() => now);
    const decisions = [0, 5000, 10_000].map((at) => {
      now = at;
      return recovery.onGone('crashed');
    });
    expect(decisions).toEqual(['reload', 'reload', 'ask']);
    recovery.forget();
    expect(recovery.onGone('crashed')).toBe('reload');
  });

  it('is loaded again when the crashes are far apart', () => {
    let now = 0;
    const recovery = new CrashRecovery(() => now);
    for (let crash = 0; crash < 10; crash++) {
      now += 40_000;
      expect(recovery.onGone('crashed')).toBe('reload');
    }
  });

  it('is not loaded again where that cannot help', () => {
    expect(new CrashRecovery(() => 0).onGone('launch-failed')).toBe('ask');
    expect(new CrashRecovery(() => 0).onGone('integrity-failure')).toBe('ask');
  });
});
