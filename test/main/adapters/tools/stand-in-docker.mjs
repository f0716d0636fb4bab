#!/usr/bin/env node
// Answers like docker's command line for the few commands that Atlas uses, with processes in the place of containers. Its state
// is in the folder STAND_IN_DOCKER. A file `down` in it stops the "daemon"; `absent` names images that are not here, a line each; with `no-gpu`
// containers cannot have one; `pull`
// says how a pull goes: `hang`, or an error that the registry or the disk has. Each pull adds a line to `pulls`.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.STAND_IN_DOCKER;
const [verb, ...args] = process.argv.slice(2);
const stateFile = (name) => join(folder, `${name}.json`);
const read = (name) => JSON.parse(readFileSync(stateFile(name), 'utf8'));
const write = (name, state) => writeFileSync(stateFile(name), JSON.stringify(state));

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function create() {
  const options = {};
  let i = 0;
  for (; args[i].startsWith('--'); i += 2) {
    options[args[i]] ??= [];
    options[args[i]].push(args[i + 1]);
  }
  const [image, ...command] = args.slice(i);
  if (options['--gpus'] && existsSync(join(folder, 'no-gpu'))) {
    fail('docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]]');
  }
  write(options['--name'][0], { options, image, command, state: { ExitCode: 0, OOMKilled: false } });
}

async function start() {
  const name = args.at(-1);
  const { options, command, ...rest } = read(name);
  const mounts = (options['--mount'] ?? []).map((mount) =>
    Object.fromEntries(mount.split(',').map((field) => field.split('='))),
  );
  const outside = (argument) => {
    const mount = mounts.find(({ target }) => argument.startsWith(target));
    return mount ? argument.replace(mount.target, mount.source) : argument;
  };
  const child = spawn(options['--entrypoint'][0], command.map(outside), { stdio: 'inherit' });
  write(name, { options, command, ...rest, pid: child.pid });
  const [code, signal] = await new Promise((resolve) => {
    child.on('error', () => resolve([127]));
    child.on('exit', (...end) => resolve(end));
  });
  if (!existsSync(stateFile(name))) return;
  const ExitCode = code ?? (signal === 'SIGKILL' ? 137 : 134);
  write(name, { options, command, ...rest, state: { ExitCode, OOMKilled: signal === 'SIGKILL' } });
  process.exitCode = ExitCode;
}

function remove() {
  const name = args.at(-1);
  if (!existsSync(stateFile(name))) return;
  const { pid } = read(name);
  rmSync(stateFile(name));
  if (pid !== undefined) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Has ended already.
    }
  }
}

function list() {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  process.stdout.write(names.map((name) => `${name.slice(0, -5)}\n`).join(''));
}

function inspect() {
  const { options, state } = read(args.at(-1));
  const [, wanted] = /^\{\{index \.Config\.Labels "(.+)"\}\}$/.exec(args[1]) ?? [];
  if (wanted === undefined) return process.stdout.write(JSON.stringify(state));
  const label = options['--label'].find((text) => text.startsWith(`${wanted}=`));
  process.stdout.write(`${label?.slice(wanted.length + 1) ?? ''}\n`);
}

const textOf = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim() : '');
const absent = () => ['missing:1', ...textOf('absent').split('\n')];

function inspectImage() {
  const image = args.at(-1);
  if (absent().includes(image)) fail(`No such image: ${image}`);
  const about = { Size: 1_500_000_000, RepoDigests: [`${image.split(':')[0]}@sha256:${'7'.repeat(64)}`] };
  if (args.includes('--format')) process.stdout.write(JSON.stringify(about));
}

async function pull() {
  const [image] = args;
  appendFileSync(join(folder, 'pulls'), `${image}\n`);
  const say = (text) => process.stdout.write(`${text}\n`);
  say(`latest: Pulling from ${image}`);
  for (const layer of ['a1b2c3d4e5f6', '0123456789ab', 'fedcba987654']) say(`${layer}: Pulling fs layer`);
  say('a1b2c3d4e5f6: Download complete\na1b2c3d4e5f6: Pull complete');
  const how = textOf('pull');
  if (how === 'hang') await new Promise((resolve) => setTimeout(resolve, 600_000));
  if (how !== '') fail(how);
  say('0123456789ab: Pull complete\nfedcba987654: Pull complete');
  writeFileSync(
    join(folder, 'absent'),
    absent()
      .filter((name) => name !== image)
      .join('\n'),
  );
  say(`Status: Downloaded newer image for ${image}`);
}

if (existsSync(join(folder, 'down'))) fail('Cannot connect to the Docker daemon. Is the docker daemon running?');
if (verb === 'image') inspectImage();
if (verb === 'pull') await pull();
if (verb === 'create') create();
if (verb === 'start') await start();
if (verb === 'rm') remove();
if (verb === 'ps') list();
if (verb === 'inspect') inspect();
