/**
 * Longer side of the sensor, mm, from the makers' data sheets, of the camera families that write a focal length but no 35 mm
 * equivalent. Phones and the other makers write the equivalent, so the table stays small.
 */
const SENSOR_LONG_SIDE_MM: readonly (readonly [model: RegExp, longSideMm: number])[] = [
  // Canon full frame, APS-H, APS-C.
  [/^Canon EOS[- ](?:5D|5DS|6D|1Ds|1D ?X|1D ?C|R|RP|R1|R3|R5|R6|R8)(?: ?C| ?R| Mark [IV]+|m\d)*$/i, 36],
  [/^Canon EOS-1D(?: Mark (?:II|II N|III|IV))?$/i, 28],
  [/^Canon EOS (?:7D|[1-9]\d{1,3}D|M\d*|R7|R10|R50|R100|DIGITAL REBEL.*|REBEL.*|Kiss.*)(?: Mark II)?$/i, 22.3],
  // Olympus and OM System, Four Thirds.
  [/^(?:E-\d{1,3}|E-M\d.*|E-P\w*\d.*|OM-\d.*)$/, 17.3],
];

/** @param model EXIF model; undefined is answered by undefined, as is an unknown model */
export function sensorLongSideMm(model: string | undefined): number | undefined {
  if (model === undefined) return undefined;
  return SENSOR_LONG_SIDE_MM.find(([pattern]) => pattern.test(model))?.[1];
}
