import { z } from 'zod';

/** Device-independent pixels; x to the right, y down, over all displays. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const whole = z.number().int().min(-100_000).max(100_000);

/** A window as it was when it was last seen. */
export const WindowStateSchema = z.object({
  x: whole,
  y: whole,
  width: whole.min(1),
  height: whole.min(1),
  isMaximized: z.boolean(),
  isFullScreen: z.boolean(),
});

export type WindowState = z.infer<typeof WindowStateSchema>;

export const SMALLEST_WINDOW = { width: 880, height: 600 } as const;
const FIRST_WINDOW = { width: 1440, height: 900 } as const;
/** So much of a window's top must be on a display for it to be found and moved. */
const GRIP = { width: 120, height: 32 } as const;

/**
 * Where to open the window: where it was, as far as the displays of today show it; moved and made smaller where they do not.
 *
 * @param workAreas of the displays, the first display's first
 */
export function placeWindow(saved: WindowState | undefined, workAreas: readonly Area[]): WindowState {
  const [primary = { x: 0, y: 0, ...FIRST_WINDOW }] = workAreas;
  if (!saved) return { ...centred(FIRST_WINDOW, primary), isMaximized: false, isFullScreen: false };
  const home = workAreas.find((area) => canBeGrabbed(saved, area));
  const { isMaximized, isFullScreen } = saved;
  return { ...(home ? fitted(saved, home) : centred(saved, primary)), isMaximized, isFullScreen };
}

/** Whether enough of the window's title bar lies in the area. */
function canBeGrabbed(window: Area, area: Area): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const isTopInside = window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
  return width >= GRIP.width && isTopInside;
}

function sized({ width, height }: { readonly width: number; readonly height: number }, area: Area) {
  return {
    width: Math.min(Math.max(width, SMALLEST_WINDOW.width), area.width),
    height: Math.min(Math.max(height, SMALLEST_WINDOW.height), area.height),
  };
}

/** In the area as a whole, as near to its old place as that allows. */
function fitted(window: Area, area: Area): Area {
  const size = sized(window, area);
  const within = (at: number, from: number, room: number) => Math.min(Math.max(at, from), from + room);
  return {
    x: within(window.x, area.x, area.width - size.width),
    y: within(window.y, area.y, area.height - size.height),
    ...size,
  };
}

function centred(wish: { readonly width: number; readonly height: number }, area: Area): Area {
  const size = sized(wish, area);
  return {
    x: area.x + Math.round((area.width - size.width) / 2),
    y: area.y + Math.round((area.height - size.height) / 2),
    ...size,
  };
}
