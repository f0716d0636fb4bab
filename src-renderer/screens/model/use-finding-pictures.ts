import { useEffect, useState } from 'react';
import { drawFindings, type FindingPicture } from '../../viewport/findings/finding-pictures.js';
import type { LoadedModel } from '../../viewport/load-model.js';
import type { ModelCamera } from '../../viewport/model-camera.js';
import type { Finding } from './findings.js';

/** The model's own first picture has time to come before others are drawn. */
const DELAY_MS = 600;

/** Draws what findings are shown by. @returns address by the finding's id, as soon as they are there */
export function useFindingPictures(
  findings: readonly Finding[],
  model: LoadedModel | undefined,
  cameras: readonly ModelCamera[],
): ReadonlyMap<string, string> {
  const [drawn, setDrawn] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const wishes = findings.flatMap(({ id, proof }): { id: string; picture: FindingPicture }[] => {
      if (proof?.kind === 'open') return [{ id, picture: { kind: 'open' } }];
      if (proof?.kind === 'seen' && cameras.length > 0) return [{ id, picture: { kind: 'seen' } }];
      const camera = proof?.kind === 'pair' && cameras.find(({ name }) => name === proof.name);
      return camera ? [{ id, picture: { kind: 'view', camera } }] : [];
    });
    if (!model || wishes.length === 0) return;
    let isCurrent = true;
    let addresses: readonly string[] = [];
    const timer = setTimeout(() => {
      drawFindings(
        model,
        cameras,
        wishes.map(({ picture }) => picture),
      ).then(
        (made) => {
          addresses = made;
          if (isCurrent) setDrawn(new Map(wishes.map(({ id }, i) => [id, made[i] ?? ''])));
          else for (const address of made) URL.revokeObjectURL(address);
        },
        // Words alone must do where no second picture can be drawn.
        () => undefined,
      );
    }, DELAY_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      setDrawn(new Map());
      for (const address of addresses) URL.revokeObjectURL(address);
    };
  }, [findings, model, cameras]);
  return drawn;
}
