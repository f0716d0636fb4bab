import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../../assets/unity/AtlasApi.cs', import.meta.url));
const hasCompiler = spawnSync('mcs', ['--version']).status === 0;

describe('the Unity client', () => {
  it.skipIf(!hasCompiler)(
    'compiles without a warning (skipped where `mcs`, of the package mono-mcs, is not installed)',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'atlas-unity-'));
      const flags = [
        '-target:library',
        '-warnaserror',
        '-warn:4',
        '-nowarn:649',
        `-out:${join(folder, 'atlas.dll')}`,
        SOURCE,
      ];
      const { status, stdout, stderr } = spawnSync('mcs', flags, { encoding: 'utf8' });
      await rm(folder, { recursive: true });
      expect(status, stdout + stderr).toBe(0);
    },
  );
});
