import { safeStorage } from 'electron';
import type { Keychain } from './service/token-vault.js';

/** The system's keychain. On Linux without one Electron would "encrypt" with a fixed password: that is as good as none. */
export const SYSTEM_KEYCHAIN: Keychain = {
  isAvailable: () =>
    safeStorage.isEncryptionAvailable() &&
    (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (bytes) => safeStorage.decryptString(bytes),
};
