import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pullImage } from '#main/adapters/tools/pull-image.js';
import { PullProgress } from '#main/adapters/tools/pull-progress.js';
import { startAtlas } from '../../cli/run-atlas.js';

const DOCKER_LINES = `latest: Pulling from colmap/colmap
a1b2c3d4e5f6: Pulling fs layer
0123456789ab: Pulling fs layer
0123456789ab: Waiting
a1b2c3d4e5f6: Verifying Checksum
a1b2c3d4e5f6: Download complete
a1b2c3d4e5f6: Pull complete
0123456789ab: Download complete
0123456789ab: Pull complete
Digest: sha256:77
Status: Downloaded newer image for colmap/colmap:latest`;

describe('the progress of a pull', () => {
  const fractions = (text: string) => {
    const progress = new PullProgress();
    return text.split('\n').map((line) => progress.take(line).fraction);
  };

  it('is that of the layers, and never goes back', () => {
    expect(fractions(DOCKER_LINES)).toEqual([0, 0, 0, 0, 0.3, 0.35, 0.5, 0.85, 1, 1, 1]);
    expect(fractions('a1b2c3d4e5f6: Already exists\n0123456789ab: Pulling fs layer')).toEqual([1, 1]);
  });

  it('counts the layers', () => {
    const progress = new PullProgress();
    for (const line of DOCKER_LINES.split('\n').slice(0, 7)) progress.take(line);
    expect(progress.take('0123456789ab: Waiting')).toEqual({ fraction: 0.5, layersDone: 1, layerCount: 2 });
  });

  it('is whole for podman without a terminal once the configuration comes: of layers it only tells that they begin', () => {
    expect(fractions('Copying blob sha256:0123456789ab\nCopying config sha256:aa')).toEqual([0, 1]);
  });

  it("is told by podman's lines too", () => {
    const lines =
      'Copying blob a1b2c3d4e5f6 [--] 1MB\nCopying blob sha256:0123456789ab [--]\nCopying blob a1b2c3d4e5f6 done |';
    expect(fractions(lines)).toEqual([0, 0, 0.5]);
  });
});

describe('a pull by a stand-in for docker', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-pull-'));
    const docker = join(folder, 'docker');
    const inspect = `{"Size": 1500000000, "RepoDigests": ["colmap/colmap@sha256:77"]}`;
    await writeFile(
      docker,
      `#!/bin/sh
case "$1 $2" in
  "version "*) exit 0;;
  "pull hang:1") echo "a1b2c3d4e5f6: Pulling fs layer"; exec sleep 600;;
  "pull missing:1") echo "Error response from daemon: manifest unknown" >&2; exit 1;;
  "pull arm:1") echo "no matching manifest for linux/arm64/v8 in the manifest list entries" >&2; exit 1;;
  "pull --platform") echo "$3 $4" >> '${folder}/platforms'; exit 0;;
  "pull "*) cat <<'END'
${DOCKER_LINES}
END
  ;;
  "image inspect") echo '${inspect}';;
esac
`,
    );
    await chmod(docker, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const engine = () => ({ kind: 'docker', command: join(folder, 'docker') }) as const;

  it('fails with what the registry said', async () => {
    const { signal } = new AbortController();
    await expect(pullImage(engine(), 'missing:1', { signal, onProgress() {} })).rejects.toMatchObject({
      code: 'IMAGE_PULL_FAILED',
      details: { lastLines: ['Error response from daemon: manifest unknown'] },
    });
  });

  it('gets what there is for x86-64 alone', async () => {
    const { signal } = new AbortController();
    await pullImage(engine(), 'arm:1', { signal, onProgress() {} });
    expect(await readFile(join(folder, 'platforms'), 'utf8')).toBe('linux/amd64 arm:1\n');
  });

  it('is ended by an abort', async () => {
    const abort = new AbortController();
    const pull = pullImage(engine(), 'hang:1', {
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('cancelled by the test')),
    });
    await expect(pull).rejects.toThrow('cancelled by the test');
  });

  it('is what `atlas engines pull` does, and only with a name that there is', async () => {
    const path = process.env.PATH;
    process.env.PATH = `${folder}:${path}`;
    try {
      const done = await startAtlas(['engines', 'pull', 'colmap']).ended;
      expect(done.code, done.stderr).toBe(0);
      const lines = done.stdout.trim().split('\n');
      expect([lines[0], lines.at(-1)]).toEqual([
        'Downloading colmap/colmap by docker',
        'colmap/colmap is here: sha256:77, 1.5 GB',
      ]);
      expect(lines).toContain('50 %');
      const unknown = await startAtlas(['engines', 'pull', 'meshlab']).ended;
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no image for meshlab')]);
    } finally {
      process.env.PATH = path;
    }
  });
});
