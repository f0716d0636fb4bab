import { describe, expect, it } from 'vitest';
import { closeQuestion, decideClose } from '#main/electron/window/close-decision.js';

const decide = (change: Partial<Parameters<typeof decideClose>[0]>) =>
  decideClose({ wish: 'window', isBusy: true, closing: 'ask', isMac: false, ...change });

describe('closing', () => {
  it('ends everything when nothing is computed', () => {
    expect(decide({ isBusy: false })).toBe('end');
    expect(decide({ isBusy: false, wish: 'application' })).toBe('end');
    expect(decide({ isBusy: false, closing: 'background' })).toBe('end');
  });

  it('asks while something is computed', () => {
    expect(decide({})).toBe('ask');
    expect(decide({ wish: 'application' })).toBe('ask');
  });

  it('does what the person has chosen for every time', () => {
    expect(decide({ closing: 'background' })).toBe('hide');
    expect(decide({ closing: 'stop' })).toBe('stop-jobs');
    expect(decide({ closing: 'stop', wish: 'application' })).toBe('stop-jobs');
  });

  it('asks all the same when the whole application is told to quit', () => {
    expect(decide({ closing: 'background', wish: 'application' })).toBe('ask');
  });

  it('only puts the window away on macOS', () => {
    expect(decide({ isMac: true })).toBe('hide');
    expect(decide({ isMac: true, isBusy: false })).toBe('hide');
    expect(decide({ isMac: true, wish: 'application' })).toBe('ask');
  });
});

describe('the question', () => {
  it('names what would be interrupted', () => {
    expect(closeQuestion(['Vase']).message).toBe('“Vase” is still being computed.');
    expect(closeQuestion(['']).message).toBe('“A capture” is still being computed.');
    expect(closeQuestion(['Vase', 'Cup']).message).toBe('2 captures are still being computed.');
  });

  it('has an answer for each button, and closing it keeps everything open', () => {
    const { buttons, answers, cancelIndex } = closeQuestion(['Vase']);
    expect(answers).toHaveLength(buttons.length);
    expect(answers[cancelIndex]).toBe('stay');
  });
});
