import type { Studio } from '../stores/studio.js';
import type { PhotoFiles } from '../ui/photo-files.js';
import { texts } from '../ui/texts.js';

/** Says what was left out, or that there is nothing to take. @returns whether there are photos */
function tellSkipped({ notices }: Studio, { files, skipped }: PhotoFiles): boolean {
  if (files.length === 0) {
    notices.getState().show({ kind: 'bad', text: texts.home.noPhotos, hint: texts.home.noPhotosHint });
    return false;
  }
  if (skipped > 0) notices.getState().show({ kind: 'info', text: texts.home.skipped(skipped) });
  return true;
}

/** Makes a draft of the photos and opens it. */
export async function startCapture(studio: Studio, found: PhotoFiles): Promise<void> {
  if (!tellSkipped(studio, found)) return;
  const { jobs, uploads, route, shell } = studio;
  shell?.rememberDropped(found.files.filter((file) => file instanceof File));
  const jobId = await jobs.getState().createDraft(found.folder ?? texts.home.defaultName(new Date()));
  if (jobId === undefined) return;
  uploads.getState().add(jobId, found.files, []);
  route.getState().go({ screen: 'capture', jobId, tab: 'photos' });
}

/** Adds photos to a draft. */
export function addToCapture(studio: Studio, jobId: string, found: PhotoFiles): void {
  if (!tellSkipped(studio, found)) return;
  studio.uploads.getState().add(jobId, found.files, studio.capture.getState().photos ?? []);
}
