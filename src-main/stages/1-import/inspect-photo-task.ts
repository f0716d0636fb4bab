import sharp from 'sharp';
import { inspectPhoto } from './inspect-photo.js';

// The pool has a worker for each processor: libvips' own threads would only compete with them, its cache only cost memory.
sharp.concurrency(1);
sharp.cache(false);

export const run = inspectPhoto;
