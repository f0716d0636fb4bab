import { TriangleAlert } from 'lucide-react';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { texts } from '../../ui/texts.js';

/** What is worth knowing, but stops nothing. */
export function Remarks({ job }: { readonly job: JobResource }) {
  if (job.warnings.length === 0) return null;
  return (
    <section className="remarks" aria-label={texts.progress.warnings}>
      <h3 className="panel-subtitle">{texts.progress.warnings}</h3>
      <ul>
        {job.warnings.map(({ code, message, photos = [] }) => (
          <li key={`${code} ${message}`} title={photos.join(', ')}>
            <TriangleAlert size={14} aria-hidden />
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
