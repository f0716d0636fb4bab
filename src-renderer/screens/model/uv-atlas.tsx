import { Maximize2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { formatCount } from '../../../src-shared/pipeline/figures-as-text.js';
import { IconButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { editTexts } from '../../ui/texts/edit-texts.js';
import type { LoadedModel } from '../../viewport/load-model.js';
import { type UvIslands, uvIslands } from '../../viewport/uv-islands.js';

const { uv: words } = editTexts;
const SMALL_PX = 400;
const LARGE_PX = 1400;

/** The texture with the outlines of its islands: small in a corner, large when asked for. */
export function UvAtlas({ model }: { readonly model: LoadedModel }) {
  const [isLarge, setIsLarge] = useState(false);
  const islands = useMemo(() => islandsOf(model), [model]);
  return (
    <figure className="uv-atlas">
      <AtlasCanvas model={model} islands={islands} sizePx={SMALL_PX} />
      <figcaption>
        <span>{words.islands(formatCount(islands.count))}</span>
        <IconButton icon={Maximize2} size={15} label={words.open} onPress={() => setIsLarge(true)} />
      </figcaption>
      <Dialog title={words.title} isOpen={isLarge} onClose={() => setIsLarge(false)} size="full">
        <div className="uv-large">
          <AtlasCanvas model={model} islands={islands} sizePx={LARGE_PX} />
        </div>
      </Dialog>
    </figure>
  );
}

function islandsOf({ geometry }: LoadedModel): UvIslands {
  const uv = geometry.getAttribute('uv');
  if (!geometry.index || !uv) return { count: 0, lines: new Float32Array() };
  // Attributes may lie interleaved in the file.
  const uvs = Float32Array.from({ length: uv.count * 2 }, (_, i) => (i % 2 === 0 ? uv.getX(i >> 1) : uv.getY(i >> 1)));
  return uvIslands(geometry.index.array, uvs);
}

interface AtlasCanvasProps {
  readonly model: LoadedModel;
  readonly islands: UvIslands;
  readonly sizePx: number;
}

function AtlasCanvas({ model, islands, sizePx }: AtlasCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = model.map?.image as CanvasImageSource | undefined;
    context.fillStyle = '#2a2f35';
    context.fillRect(0, 0, sizePx, sizePx);
    if (image) context.drawImage(image, 0, 0, sizePx, sizePx);
    context.beginPath();
    const { lines } = islands;
    for (let i = 0; i < lines.length; i += 4) {
      context.moveTo((lines[i] ?? 0) * sizePx, (lines[i + 1] ?? 0) * sizePx);
      context.lineTo((lines[i + 2] ?? 0) * sizePx, (lines[i + 3] ?? 0) * sizePx);
    }
    context.lineWidth = Math.max(1, sizePx / 700);
    context.strokeStyle = '#4fd1ff';
    context.stroke();
  }, [model, islands, sizePx]);
  return <canvas ref={canvas} width={sizePx} height={sizePx} role="img" aria-label={words.picture} />;
}
