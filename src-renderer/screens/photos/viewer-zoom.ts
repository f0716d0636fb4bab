/** How a photo is seen: its scale (screen pixels by photo pixel; `fit` follows the window) and the offset of its middle, pixels. */
export interface ZoomView {
  readonly scale: number | 'fit';
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const FITTED: ZoomView = { scale: 'fit', x: 0, y: 0 };

/** One photo pixel is at most so many screen pixels. */
const MOST_SCALE = 8;

/** The scale at which the whole photo is seen. */
export const fitScale = (photo: Size, stage: Size): number =>
  Math.min(stage.width / photo.width, stage.height / photo.height);

export const scaleOf = ({ scale }: ZoomView, photo: Size, stage: Size): number =>
  scale === 'fit' ? fitScale(photo, stage) : scale;

/**
 * Zooms so that what is under a point stays under it.
 *
 * @param scale wished for; no smaller than the whole photo, which is then fitted
 * @param at the point, pixels from the middle of the stage
 */
export function zoomTo(view: ZoomView, scale: number, photo: Size, stage: Size, at = { x: 0, y: 0 }): ZoomView {
  const before = scaleOf(view, photo, stage);
  const least = fitScale(photo, stage);
  const next = Math.min(Math.max(MOST_SCALE, least), scale);
  if (next <= least) return FITTED;
  const grow = next / before;
  return held({ scale: next, x: at.x - (at.x - view.x) * grow, y: at.y - (at.y - view.y) * grow }, photo, stage);
}

export const panBy = (view: ZoomView, x: number, y: number, photo: Size, stage: Size): ZoomView =>
  held({ ...view, x: view.x + x, y: view.y + y }, photo, stage);

/** The photo fills the stage where it is larger, and stays in the middle where it is smaller. */
function held(view: ZoomView, photo: Size, stage: Size): ZoomView {
  const scale = scaleOf(view, photo, stage);
  const within = (offset: number, side: number, room: number) => {
    const slack = Math.max(0, (side * scale - room) / 2);
    return Math.min(slack, Math.max(-slack, offset));
  };
  return {
    scale: view.scale,
    x: within(view.x, photo.width, stage.width),
    y: within(view.y, photo.height, stage.height),
  };
}
