import { ImageOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';

const HIDDEN = { 'aria-hidden': true };

interface PictureProps {
  /** Address in the API. */
  readonly path: string;
  /** Empty for a picture that says nothing beside what is written with it. */
  readonly alt: string;
  readonly fit?: 'cover' | 'contain';
  readonly onLoad?: (image: HTMLImageElement) => void;
}

/** A picture of the service, fetched with the token; a quiet tile while it comes, and where it cannot come until the service is back. */
export function Picture({ path, alt, fit = 'cover', onLoad }: PictureProps) {
  const { pictures, connection } = useStudio();
  const epoch = useStore(connection, (state) => state.epoch);
  const [shown, setShown] = useState<{ readonly path: string; readonly url: string | undefined }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a service that is back may have what could not be had.
  useEffect(() => {
    let isCurrent = true;
    pictures.url(path).then(
      (url) => isCurrent && setShown({ path, url }),
      // What is shown stays: it may have gone from the service since.
      () => isCurrent && setShown((now) => (now?.path === path ? now : { path, url: undefined })),
    );
    return () => {
      isCurrent = false;
    };
  }, [pictures, path, epoch]);

  if (shown?.path !== path) return <span className="picture picture-pending" aria-hidden />;
  if (shown.url === undefined) {
    return (
      <span className="picture picture-missing" {...(alt === '' ? HIDDEN : { role: 'img', 'aria-label': alt })}>
        <ImageOff size={20} aria-hidden />
      </span>
    );
  }
  return (
    <img
      className={`picture picture-${fit}`}
      src={shown.url}
      alt={alt}
      draggable={false}
      onLoad={(event) => onLoad?.(event.currentTarget)}
    />
  );
}
