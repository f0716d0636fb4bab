import sharp from 'sharp';
import { importMask } from './import-mask.js';

sharp.concurrency(1);
sharp.cache(false);

export const run = importMask;
