/** Rec. 709 luma of sRGB values (red, green, blue): the grey on which features, sharpness and stereo work. */
export const LUMA_WEIGHTS = [0.2126, 0.7152, 0.0722] as const;
