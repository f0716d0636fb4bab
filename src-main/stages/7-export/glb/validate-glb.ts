/// <reference path="./gltf-validator.d.ts" />
import { validateBytes } from 'gltf-validator';
import { StudioError } from '../../../../src-shared/errors/studio-error.js';

/** What the Khronos validator says. */
export interface GlbValidation {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly hints: number;
  readonly validatorVersion: string;
  /** Codes of the infos and hints. */
  readonly codes: readonly string[];
}

/** @throws EXPORT_INVALID on any error or warning */
export async function validateGlb(glb: Uint8Array): Promise<GlbValidation> {
  const { issues, validatorVersion } = await validateBytes(glb, { maxIssues: 100, format: 'glb' });
  const validation = {
    errors: issues.numErrors,
    warnings: issues.numWarnings,
    infos: issues.numInfos,
    hints: issues.numHints,
    validatorVersion,
    codes: [...new Set(issues.messages.map(({ code }) => code))],
  };
  if (issues.numErrors + issues.numWarnings > 0) {
    throw new StudioError('EXPORT_INVALID', { details: { ...validation, messages: issues.messages.slice(0, 10) } });
  }
  return validation;
}
