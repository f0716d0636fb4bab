import { ImageOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStudio } from '../stores/use-studio.js';

interface PictureProps {
  /** Address in the API. */
  readonly path: string;
  readonly alt: string;
  readonly fit?: 'cover' | 'contain';
  readonly onLoad?: (image: HTMLImageElement) => void;
}

/** A picture of the service, fetched with the token; a quiet tile while it comes and where it cannot come. */
export function Picture({ path, alt, fit = 'cover', onLoad }: PictureProps) {
  const { pictures } = useStudio();
  const [shown, setShown] = useState<{ readonly path: string; readonly url: string | undefined }>();
  useEffect(() => {
    let isCurrent = true;
    pictures.url(path).then(
      (url) => isCurrent && setShown({ path, url }),
      () => isCurrent && setShown({ path, url: undefined }),
    );
    return () => {
      isCurrent = false;
    };
  }, [pictures, path]);

  if (shown?.path !== path) return <span className="picture picture-pending" aria-hidden />;
  if (shown.url === undefined) {
    return (
      <span className="picture picture-missing" role="img" aria-label={alt}>
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
