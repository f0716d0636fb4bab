import { open, readFile } from 'node:fs/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { decodePly, type ReadPly } from '../../formats/ply/read-ply.js';
import { encodePly } from '../../formats/ply/write-ply.js';
import { writePreviewPoints } from '../../formats/ply/write-preview-points.js';
import type { Stage } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';

export interface OpenMvsPointsInput {
  /** PLY that OpenMVS wrote. */
  readonly points: WorkspacePath;
}

export interface OpenMvsPointsOutput {
  readonly ply: WorkspacePath;
  readonly report: { readonly points: number };
}

/** Points of the preview: what a browser loads and draws at once. */
const MAX_PREVIEW_POINTS = 200_000;
const GREY = 128;

/** The dense points of OpenMVS for people: positions, normals and colours. @throws MVS_NO_DEPTH, TOOL_OUTPUT_UNREADABLE */
export const openMvsPoints: Stage<OpenMvsPointsInput, object, OpenMvsPointsOutput> = {
  id: 'fusion',
  revision: 1,
  defaults: {},
  async run({ points: path }, _, { folder, preview, progress }) {
    progress(0, 'Reading points (OpenMVS)');
    const {
      positions,
      normals,
      colors = new Uint8Array(positions.length).fill(GREY),
    } = await readOpenMvsPly(folder.resolve(path));
    if (positions.length === 0) throw new StudioError('MVS_NO_DEPTH');
    await writePreviewPoints(folder.path('preview.ply'), { positions, colors }, MAX_PREVIEW_POINTS);
    preview({ kind: 'dense', path: folder.path('preview.ply') });
    const ply = await folder.write('dense.ply', encodePly({ positions, colors, ...(normals && { normals }) }));
    return { ply, report: { points: positions.length / 3 } };
  },
};

/** Longer than any header that OpenMVS writes. */
const HEADER_BYTES = 8192;

/**
 * Looks at the beginning of a PLY alone: millions of points are read by the stage that needs them.
 *
 * @throws TOOL_OUTPUT_UNREADABLE when it is none
 */
export async function requirePly(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    if (text.startsWith('ply') && text.includes('element vertex') && text.includes('end_header')) return;
  } finally {
    await file.close();
  }
  throw unreadable();
}

const unreadable = (cause?: unknown) =>
  new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVS wrote a PLY file that cannot be read.', cause });

/** A PLY of OpenMVS. @throws TOOL_OUTPUT_UNREADABLE */
export async function readOpenMvsPly(path: string): Promise<ReadPly> {
  try {
    return decodePly(await readFile(path));
  } catch (cause) {
    throw unreadable(cause);
  }
}
