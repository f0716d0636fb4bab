import { describe, expect, it } from 'vitest';
import { placeWindow, WindowStateSchema } from '#main/electron/window/window-state.js';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const right = { x: 1440, y: 0, width: 2560, height: 1400 };
const state = (x: number, y: number, width = 1000, height = 700) => ({
  ...{ x, y, width, height, isMaximized: false, isFullScreen: false },
});

describe('placing the window', () => {
  it('opens centred at first, no larger than the display', () => {
    expect(placeWindow(undefined, [right])).toEqual(state(1440 + 560, 250, 1440, 900));
    expect(placeWindow(undefined, [laptop])).toEqual(state(0, 25, 1440, 875));
  });

  it('opens where it was', () => {
    expect(placeWindow(state(2000, 100), [laptop, right])).toEqual(state(2000, 100));
  });

  it('comes back to the first display when its own is gone', () => {
    expect(placeWindow(state(2000, 100), [laptop])).toEqual(state(220, 113));
  });

  it('is pushed in where a part of it would be out of sight', () => {
    expect(placeWindow(state(1300, 700), [laptop])).toEqual(state(440, 200));
  });

  it('is found again when only a sliver or nothing of its title bar could be seen', () => {
    expect(placeWindow(state(1400, 100), [laptop])).toEqual(state(220, 113));
    expect(placeWindow(state(100, -500), [laptop])).toEqual(state(220, 113));
  });

  it('becomes smaller with its display, and never too small to use', () => {
    expect(placeWindow(state(0, 25, 3000, 2000), [laptop])).toEqual(state(0, 25, 1440, 875));
    expect(placeWindow(state(100, 100, 50, 50), [laptop])).toMatchObject({ width: 880, height: 600 });
  });

  it('keeps that it was maximized or filled the screen', () => {
    const saved = { ...state(2000, 100), isMaximized: true, isFullScreen: true };
    expect(placeWindow(saved, [laptop])).toMatchObject({ isMaximized: true, isFullScreen: true });
  });

  it.each([{}, { ...state(0, 0), width: -5 }, { ...state(0, 0), x: 'left' }, { ...state(0, 0), x: 1e9 }])(
    'does not take %j for a state',
    (value) => expect(WindowStateSchema.safeParse(value).success).toBe(false),
  );
});
