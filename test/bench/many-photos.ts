import sharp from 'sharp';
import type { AtlasClient } from '#main/client/atlas-client.js';

const PHOTOS_PER_REQUEST = 100;
const SIZE = { width: 440, height: 330 } as const;

/** Small JPEGs, each of another colour and pattern: what matters here is how many they are. */
function smallPhoto(index: number): Promise<Buffer> {
  const { width, height } = SIZE;
  const rgb = new Uint8Array(width * height * 3);
  const period = 7 + (index % 41);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const stripe = (x * (1 + (index % 5)) + y * (1 + (index % 7))) % period < period / 2 ? 60 : 0;
      rgb[i++] = ((index * 37) % 180) + stripe;
      rgb[i++] = ((index * 91) % 180) + stripe;
      rgb[i++] = ((index * 53) % 180) + stripe;
    }
  }
  return sharp(rgb, { raw: { ...SIZE, channels: 3 } })
    .jpeg({ quality: 50 })
    .toBuffer();
}

/** Makes a draft of that many small photos, named `photo 0001.jpg` and so on. @returns its id */
export async function draftOfManyPhotos(client: AtlasClient, count: number, name: string): Promise<string> {
  const jobId = await client.createDraft({ name });
  for (let start = 0; start < count; start += PHOTOS_PER_REQUEST) {
    const form = new FormData();
    for (let index = start; index < Math.min(count, start + PHOTOS_PER_REQUEST); index++) {
      const photo = await smallPhoto(index);
      form.append('images', new Blob([new Uint8Array(photo)]), `photo ${String(index + 1).padStart(4, '0')}.jpg`);
    }
    await client.request(`/jobs/${jobId}/images`, { method: 'POST', body: form });
  }
  return jobId;
}
