import { useStore } from 'zustand';
import { useStudio } from '../../stores/use-studio.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';

const SHOWN = 24;

/** The newest depth maps, as they come. */
export function DepthStrip({ jobId }: { readonly jobId: string }) {
  const { api, previews } = useStudio();
  const depthMaps = useStore(previews, (state) => (state.jobId === jobId ? state.depthMaps : undefined));
  if (!depthMaps || depthMaps.size === 0) return null;
  return (
    <section className="depth-strip" aria-label={texts.progress.depth}>
      <h3 className="depth-title">{texts.progress.depth}</h3>
      <ul>
        {[...depthMaps.values()]
          .toReversed()
          .slice(0, SHOWN)
          .map((eventId) => (
            <li key={eventId}>
              <Picture path={api.previewPath(jobId, eventId)} alt="" />
            </li>
          ))}
      </ul>
    </section>
  );
}
