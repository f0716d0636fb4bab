/** The version of Atlas; a test compares it with package.json. */
export const ATLAS_VERSION = '0.1.0';
