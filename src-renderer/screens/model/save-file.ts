import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { texts } from '../../ui/texts.js';

/** The model among a job's files. */
export const MODEL = 'model.glb';
/** Its cameras and points, as a COLMAP model. */
export const CAMERAS = 'colmap.zip';

/** A capture's name without what file systems refuse. */
export const fileStem = ({ name }: Pick<JobResource, 'name'>): string =>
  (name || texts.capture.unnamed).replace(/[\\/:*?"<>|]+/g, ' ').trim();

/** @returns `Vase.glb`, `Vase-dense.ply` */
export const fileName = (job: Pick<JobResource, 'name'>, artifact: string): string =>
  artifact === MODEL ? `${fileStem(job)}.glb` : `${fileStem(job)}-${artifact}`;

/** Has the browser save it. */
export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
