import { editTexts } from '../ui/texts/edit-texts.js';
import { type EditFrame, metresOf } from './edit-frame.js';

/** A length in the unit that suits it. @param metres @returns `12.3 cm` */
export function metresText(metres: number): string {
  if (metres >= 1) return `${metres.toPrecision(4)} m`;
  return metres >= 0.01 ? `${(metres * 100).toPrecision(3)} cm` : `${(metres * 1000).toPrecision(3)} mm`;
}

/** @param length automatic units @param scale metres per unit of the solved model; undefined: unknown */
export function lengthText(frame: EditFrame, length: number, scale: number | undefined): string {
  return scale === undefined
    ? `${(length * frame.glbPerAutomatic).toFixed(3)} ${editTexts.measure.unscaled}`
    : metresText(metresOf(frame, length, scale));
}
