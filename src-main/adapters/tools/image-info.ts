import { z } from 'zod';
import { askEngine } from './container-engine.js';
import type { ContainerEngine } from './tool-command.js';

/** A container image on this computer. */
export interface ImageInfo {
  readonly name: string;
  /** What the registry calls exactly this content; unknown for images made here. */
  readonly digest?: string;
  /** Size on disk. */
  readonly bytes: number;
}

const InspectSchema = z.object({
  Size: z.number(),
  RepoDigests: z
    .array(z.string())
    .nullish()
    .transform((digests) => digests ?? []),
});

/** Field by field: asked for all at once, podman gives a list. */
const FORMAT = '{"Size":{{json .Size}},"RepoDigests":{{json .RepoDigests}}}';

/** What an engine knows of an image; `undefined` when it has none of that name, or does not answer. */
export async function imageInfo(engine: ContainerEngine, image: string): Promise<ImageInfo | undefined> {
  const { isDone, output } = await askEngine(engine, ['image', 'inspect', '--format', FORMAT, image]);
  if (!isDone) return undefined;
  const { Size: bytes, RepoDigests } = InspectSchema.parse(JSON.parse(output));
  const digest = RepoDigests.map((name) => name.split('@')[1]).find((part) => part !== undefined);
  return { name: image, bytes, ...(digest === undefined ? {} : { digest }) };
}
