/** What the model can be saved as, besides the GLB that it is. */
export const EXPORT_FORMATS = ['obj', 'ply', 'stl', 'usdz'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
