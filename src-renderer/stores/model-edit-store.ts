import { createStore } from 'zustand/vanilla';
import type { CropBox, Turn } from '../../src-shared/pipeline/edit-options.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';

/** Edits of a model as the options of its export give them (frames: `src-shared/pipeline/edit-options.ts`). */
export interface Edits {
  readonly crop?: CropBox | undefined;
  readonly turn?: Turn | undefined;
  /** Metres per unit of the solved model. */
  readonly scale?: number | undefined;
}

export const EDIT_TOOLS = ['crop', 'turn', 'measure'] as const;
export type EditTool = (typeof EDIT_TOOLS)[number];

type Point = readonly [number, number, number];

export interface ModelEditState {
  readonly jobId: string | undefined;
  /** Of the model that is shown. */
  readonly applied: Edits;
  /** As they are wanted; what the next model will have. */
  readonly wanted: Edits;
  readonly past: readonly Edits[];
  readonly future: readonly Edits[];
  readonly tool: EditTool | undefined;
  /** Whether the next click on the surface says what is up. */
  readonly picksUp: boolean;
  /** Up to two points, in the frame that edits are given in: they stay on the surface, however it is turned. */
  readonly measured: readonly Point[];
  /** Takes note of the model that is shown. Wishes stay as they are while it is the same capture. */
  open(jobId: string, applied: Edits): void;
  use(tool: EditTool | undefined): void;
  setPicksUp(picksUp: boolean): void;
  /** Changes something, as one step that can be undone. */
  change(edits: Edits): void;
  /** Shows a change that is still under way: a drag. {@link endDrag} makes it a step. */
  drag(edits: Edits): void;
  endDrag(): void;
  undo(): void;
  redo(): void;
  /** Back to what the model has, as a step. */
  discard(): void;
  /** Begins anew after the second point. */
  measure(point: Point): void;
  forgetMeasured(): void;
}

const KEPT_STEPS = 100;

/** Whether two sets of edits make the same model. */
export const sameEdits = (a: Edits, b: Edits): boolean => canonical(a) === canonical(b);

const canonical = ({ crop, turn, scale }: Edits): string =>
  JSON.stringify([crop && [crop.center, crop.size, crop.rotation], turn, scale]);

/** The edits among the options that a model was made with. */
export const editsOf = ({ crop, turn, scale }: ReconstructOptions): Edits => ({ crop, turn, scale });

/** The options of a model with other edits. */
export function withEdits(options: ReconstructOptions, { crop, turn, scale }: Edits): ReconstructOptions {
  const { crop: _, turn: __, scale: ___, ...rest } = options;
  return { ...rest, ...(crop && { crop }), ...(turn && { turn }), ...(scale !== undefined && { scale }) };
}

const NOTHING = {
  ...{ jobId: undefined, applied: {}, wanted: {}, past: [], future: [], tool: undefined, picksUp: false, measured: [] },
} as const satisfies Partial<ModelEditState>;

/** Edits of the model that is open: wishes until they are applied, with their history. */
export function createModelEditStore() {
  let beforeDrag: Edits | undefined;
  return createStore<ModelEditState>()((set, get) => {
    const step = (wanted: Edits, from: Edits) => {
      if (sameEdits(wanted, from)) return set({ wanted });
      set(({ past }) => ({ wanted, past: [...past, from].slice(-KEPT_STEPS), future: [] }));
    };
    return {
      ...NOTHING,
      open(jobId, applied) {
        beforeDrag = undefined;
        const { jobId: before, wanted, applied: old } = get();
        // Who wished nothing else wishes nothing else now: the model may have been written anew from elsewhere.
        if (before === jobId) set({ applied, ...(sameEdits(wanted, old) ? { wanted: applied } : {}) });
        else set({ ...NOTHING, jobId, applied, wanted: applied });
      },
      use: (tool) => set({ tool, picksUp: false }),
      setPicksUp: (picksUp) => set({ picksUp }),
      change(edits) {
        get().endDrag();
        step({ ...get().wanted, ...edits }, get().wanted);
      },
      drag(edits) {
        beforeDrag ??= get().wanted;
        set({ wanted: { ...get().wanted, ...edits } });
      },
      endDrag() {
        const from = beforeDrag;
        beforeDrag = undefined;
        if (from) step(get().wanted, from);
      },
      undo() {
        const { past, wanted, future } = get();
        const previous = past.at(-1);
        if (previous) set({ wanted: previous, past: past.slice(0, -1), future: [wanted, ...future] });
      },
      redo() {
        const { past, wanted, future } = get();
        const [next, ...rest] = future;
        if (next) set({ wanted: next, past: [...past, wanted], future: rest });
      },
      discard: () => step(get().applied, get().wanted),
      measure: (point) => set(({ measured }) => ({ measured: measured.length < 2 ? [...measured, point] : [point] })),
      forgetMeasured: () => set({ measured: [] }),
    };
  });
}

export type ModelEditStore = ReturnType<typeof createModelEditStore>;
