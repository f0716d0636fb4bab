/** The part of the Khronos glTF validator that Atlas uses; the package has no types. */
declare module 'gltf-validator' {
  interface ValidationReport {
    readonly issues: {
      readonly numErrors: number;
      readonly numWarnings: number;
      readonly numInfos: number;
      readonly numHints: number;
      readonly messages: readonly { readonly code: string; readonly message: string; readonly pointer?: string }[];
    };
    readonly validatorVersion: string;
  }
  export function validateBytes(
    bytes: Uint8Array,
    options?: { maxIssues?: number; format?: 'glb' | 'gltf' },
  ): Promise<ValidationReport>;
}
