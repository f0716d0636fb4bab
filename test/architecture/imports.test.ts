import { describe, expect, it } from 'vitest';
import { readSources, type SourceFile } from './source-files.js';

const sources = readSources('src-shared', 'src-main', 'src-renderer');
const byPath = new Map(sources.map((source) => [source.path, source]));

/** Every import that breaks a rule, as `from -> to`. */
function violations(from: RegExp, isAllowed: (target: string, source: SourceFile) => boolean): string[] {
  return sources
    .filter(({ path }) => from.test(path))
    .flatMap((source) => source.imports.filter((to) => !isAllowed(to, source)).map((to) => `${source.path} -> ${to}`));
}

const below =
  (...folders: readonly string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));

/** The folder of a stage: `stages/3-sfm/2-matching`, or `stages/6-texture` where a stage has no steps of its own. */
function stageOf(path: string): string | undefined {
  return /^(src-main\/stages\/\d-[^/]+(?:\/\d-[^/]+)?)\//.exec(path)?.[1];
}

describe('the direction of imports', () => {
  it('reads the sources it checks', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(byPath.get('src-main/pipeline/stage-runner.ts')?.imports).toContain('src-main/pipeline/stage.ts');
  });

  it('imports only files that exist', () => {
    const isThere = (to: string) =>
      byPath.has(to) || to.startsWith('test/synthetic/') || /\.(json|d\.ts|css)$/.test(to);
    expect(violations(/./, isThere)).toEqual([]);
  });

  it('src-shared imports nothing of ours and nothing of Node', () => {
    expect(violations(/^src-shared\//, below('src-shared'))).toEqual([]);
    const foreign = sources
      .filter(({ path }) => path.startsWith('src-shared/'))
      .flatMap(({ path, packages }) => packages.filter((name) => name !== 'zod').map((name) => `${path} -> ${name}`));
    expect(foreign).toEqual([]);
  });

  it.each([
    ['src-main/linalg', ['src-shared', 'src-main/linalg']],
    ['src-main/logging', ['src-shared', 'src-main/logging']],
    ['src-main/workspace', ['src-shared', 'src-main/workspace', 'src-main/formats']],
    [
      'src-main/formats',
      ['src-shared', 'src-main/linalg', 'src-main/geometry', 'src-main/workspace', 'src-main/formats'],
    ],

    ['src-main/geometry', ['src-shared', 'src-main/linalg', 'src-main/geometry']],
    [
      'src-main/kernels',
      [
        'src-shared',
        'src-main/linalg',
        'src-main/geometry',
        'src-main/workspace',
        'src-main/formats',
        'src-main/kernels',
      ],
    ],
  ])('%s imports only what is below it', (folder, allowed) => {
    expect(violations(new RegExp(`^${folder}/`), below(...allowed))).toEqual([]);
  });

  it('stages know the stage contract, but not the pipeline, nor each other', () => {
    const isAllowed = (to: string, { path }: SourceFile) => {
      if (to === 'src-main/pipeline/stage.ts') return true;
      if (!below('src-main/stages')(to)) return !below('src-main/pipeline', 'src-main/cli')(to);
      // What stages of one group share lies in the group: `3-sfm/bundle-adjustment`, `4-mvs/camera.ts`.
      const [own, other] = [stageOf(path), stageOf(to)];
      return own === other || (other !== undefined && own?.startsWith(`${other}/`) === true);
    };
    expect(violations(/^src-main\/stages\//, isAllowed)).toEqual([]);
  });

  /** What stages share with adapters that do the same, so that both give the same. */
  const GIVEN_TO_ADAPTERS = [
    'src-main/stages/3-sfm/sparse-output.ts',
    'src-main/stages/3-sfm/keep-observations.ts',
    'src-main/stages/3-sfm/keep-sparse.ts',
    'src-main/stages/3-sfm/model-in-masks.ts',
    'src-main/stages/6-texture/transfer-texture.ts',
    'src-main/stages/6-texture/write-texture.ts',
    'src-main/stages/4-mvs/3-fusion/fusion.ts',
    'src-main/stages/4-mvs/3-fusion/fuse-view.ts',
    'src-main/stages/4-mvs/3-fusion/thin-points.ts',
  ];

  it('adapters give what stages give, and know of the pipeline the stage contract alone', () => {
    const isAllowed = (to: string) =>
      to === 'src-main/pipeline/stage.ts' ||
      GIVEN_TO_ADAPTERS.includes(to) ||
      !below('src-main/pipeline', 'src-main/stages', 'src-main/cli', 'src-main/server', 'src-main/jobs')(to);
    expect(violations(/^src-main\/adapters\//, isAllowed)).toEqual([]);
    const stagesThatKnow = violations(/^src-main\/stages\//, (to) => !below('src-main/adapters')(to));
    expect(stagesThatKnow).toEqual([]);
  });

  it('the pipeline does not know who runs it', () => {
    expect(violations(/^src-main\/(pipeline|stages)\//, (to) => !below('src-main/cli', 'src-main/server')(to))).toEqual(
      [],
    );
  });

  it('the renderer knows only what is shared, and nothing of Node', () => {
    expect(violations(/^src-renderer\//, below('src-shared', 'src-renderer'))).toEqual([]);
    expect(violations(/^src-main\//, (to) => !below('src-renderer')(to))).toEqual([]);
    const node = sources
      .filter(({ path }) => path.startsWith('src-renderer/'))
      .flatMap(({ path, packages }) =>
        packages.filter((name) => /^node:/.test(name)).map((name) => `${path} -> ${name}`),
      );
    expect(node).toEqual([]);
  });

  it('in the renderer what shows things is above what knows them, and that above what asks for them', () => {
    const layers: readonly (readonly [RegExp, readonly string[]])[] = [
      [/^src-renderer\/(api|bridge)\//, ['app', 'screens', 'viewport', 'stores', 'ui']],
      // Stores tell people things: in the words of `ui/texts.ts`.
      [/^src-renderer\/stores\//, ['app', 'screens', 'viewport', 'bridge']],
      [/^src-renderer\/ui\//, ['app', 'screens', 'viewport', 'bridge', 'api']],
      [/^src-renderer\/viewport\//, ['app', 'screens', 'bridge']],
      [/^src-renderer\/screens\//, ['app', 'bridge']],
    ];
    for (const [from, above] of layers) {
      expect(violations(from, (to) => !below(...above.map((folder) => `src-renderer/${folder}`))(to))).toEqual([]);
    }
  });

  it('only api/ asks the server and only bridge/ sees the shell', () => {
    const users = (pattern: RegExp) =>
      sources
        .filter(({ path, text }) => path.startsWith('src-renderer/') && pattern.test(text))
        .map(({ path }) => path);
    expect(
      users(/\bfetch\(|XMLHttpRequest|new WebSocket|new EventSource/).filter(
        (path) => !below('src-renderer/api')(path),
      ),
    ).toEqual([]);
    expect(users(/BRIDGE_NAME|window\.atlas/)).toEqual(['src-renderer/bridge/desktop.ts']);
  });

  it('jobs and their files do not know the server, nor do clients; the server does not know the command line', () => {
    const above = below('src-main/server', 'src-main/cli', 'src-main/electron');
    expect(violations(/^src-main\/(jobs|storage|client)\//, (to) => !above(to))).toEqual([]);
    expect(violations(/^src-main\/server\//, (to) => !below('src-main/cli', 'src-main/electron')(to))).toEqual([]);
    expect(violations(/^src-main\/client\//, below('src-shared', 'src-main/client'))).toEqual([]);
  });

  it('few files of the shell touch Electron: what it decides is decided, and tested, without', () => {
    const users = sources.filter(({ packages }) => packages.includes('electron')).map(({ path }) => path);
    expect(users.map((path) => path.replace('src-main/electron/', ''))).toEqual([
      'activity/show-activity.ts',
      'ipc/shell-answers.ts',
      'keychain.ts',
      'leaving.ts',
      'main.ts',
      'menu/build-menu.ts',
      'open-studio.ts',
      'preload.ts',
      'updates.ts',
      'window/guard-contents.ts',
      'window/harden-session.ts',
      'window/studio-window.ts',
    ]);
  });

  it('has no cycles', () => {
    expect(findCycles(sources)).toEqual([]);
  });

  it('only kernels touch WebAssembly', () => {
    const users = sources.filter(
      ({ path, text }) => /\bWebAssembly\./.test(text) && !path.startsWith('src-main/kernels/'),
    );
    expect(users.map(({ path }) => path)).toEqual([]);
  });

  it.each([
    ['electron', 'src-main/electron/'],
    ['fastify', 'src-main/server/'],
    ['@fastify', 'src-main/server/'],
    ['@tus', 'src-main/server/'],
    ['libsql', 'src-main/jobs/store/'],
    ['piscina', 'src-main/kernels/pool/'],
    ['pino', 'src-main/logging/'],
    ['commander', 'src-main/cli/'],
    ['three', 'src-renderer/viewport/'],
    ['tus-js-client', 'src-renderer/api/'],
    ['execa', 'src-main/adapters/tools/'],
  ])('only one folder imports %s', (name, folder) => {
    const users = sources.filter(({ packages }) =>
      packages.some((used) => used === name || used.startsWith(`${name}/`)),
    );
    expect(users.map(({ path }) => path).filter((path) => !path.startsWith(folder))).toEqual([]);
  });

  it('nothing ends in a folder of odds and ends', () => {
    const oddNames = sources.filter(({ path }) => /\/(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(path));
    expect(oddNames.map(({ path }) => path)).toEqual([]);
  });
});

/** One path for each cycle of files. */
function findCycles(files: readonly SourceFile[]): string[] {
  const state = new Map<string, 'open' | 'closed'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (state.get(path) === 'closed') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const to of byPath.get(path)?.runtimeImports ?? []) if (byPath.has(to)) visit(to, [...trail, path]);
    state.set(path, 'closed');
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}
