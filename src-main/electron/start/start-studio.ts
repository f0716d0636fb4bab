import type { ElectronProgram } from './find-electron.js';

/** What starting needs of the world; replaced in tests. */
export interface StartWorld {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  find(): ElectronProgram;
  /** Runs Electron's installer. @returns whether it succeeded in time */
  install(installer: string): Promise<boolean>;
  /** Runs a program to its end. @returns its exit code */
  run(program: string, args: readonly string[]): Promise<number>;
  say(line: string): void;
}

const IN_BROWSER = 'The studio opens in the browser instead; `npm run studio` does the same.';

/**
 * `npm start`: 1. finds Electron's program; 2. fetches it once where it is missing; 3. starts the desktop application; 4. where
 * that cannot be, says why and opens the studio in the browser.
 *
 * @param studio what opens it in the browser: program and arguments
 * @returns the exit code
 */
export async function startStudio(
  world: StartWorld,
  shell: { readonly folder: string; readonly args: readonly string[] },
  studio: { readonly program: string; readonly args: readonly string[] },
): Promise<number> {
  const { platform, environment, say } = world;
  const inBrowser = (why: string) => {
    say(why);
    say(IN_BROWSER);
    return world.run(studio.program, studio.args);
  };

  if (platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY)
    return inBrowser('There is no display here for a desktop application.');

  let electron = world.find();
  if (electron.state === 'to-fetch') {
    say('Electron’s program is not here yet. It is fetched once, about 120 MB…');
    if (await world.install(electron.installer)) electron = world.find();
  }
  if (electron.state === 'no-package')
    return inBrowser('Electron is not installed: development packages were left out.');
  if (electron.state === 'to-fetch') return inBrowser('Electron’s program could not be had on this computer.');

  return world.run(electron.path, [shell.folder, ...shell.args]);
}
