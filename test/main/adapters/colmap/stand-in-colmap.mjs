#!/usr/bin/env node
// Behaves like COLMAP's command line: refuses options that its version does not have, checks the files that it is given and writes
// files in COLMAP's formats. STAND_IN_COLMAP may hold JSON: {version, hasCuda, hasGpu, dieAt, breakAt}. It hangs at the command named in a
// file `hang-at` of the workspace. What it was called with goes to `calls.jsonl` there.
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const { version = '3.8', hasCuda = false, ...as } = JSON.parse(process.env.STAND_IN_COLMAP ?? '{}');
const { hasGpu = hasCuda, dieAt, breakAt } = as;
const table = JSON.parse(readFileSync(new URL('../../../fixtures/colmap/options.json', import.meta.url), 'utf8'));
const place = table.versions.indexOf(version);
/** Whether this version lies in a range such as `3.8 to 3.12`. */
const isIn = (range) => {
  const [first, last] = range.split(' to ').map((end) => table.versions.indexOf(end));
  return first <= place && place <= last;
};
/** By command, exactly the options that the real program of this version has. */
const OPTIONS = Object.fromEntries(
  Object.entries(table.commands)
    .map(([command, ranges]) => [command, Object.keys(ranges).flatMap((range) => (isIn(range) ? ranges[range] : []))])
    .filter(([, options]) => options.length > 0),
);
/** Since 3.9 it says what it does on standard error, behind the prefix of a log. */
const logs = place >= table.versions.indexOf('3.9');

const [verb = 'help', ...rest] = process.argv.slice(2);
const print = (line) => process.stdout.write(`${line}\n`);
const say = (line) => (logs ? process.stderr.write(`I20260801 10:00:00.000000 7 colmap.cc:1] ${line}\n`) : print(line));
function fail(text) {
  process.stderr.write(logs ? `E20260801 10:00:00.000000 7 colmap.cc:1] ${text}\n` : `ERROR: ${text}\n`);
  process.exit(1);
}

if (verb === 'help') {
  print(
    `COLMAP ${version} -- Structure-from-Motion and Multi-View Stereo\n (Commit 1 ${hasCuda ? 'with' : 'without'} CUDA)`,
  );
  print(
    `\nAvailable commands:\n  help\n${Object.keys(OPTIONS)
      .map((name) => `  ${name}`)
      .join('\n')}`,
  );
  process.exit(0);
}
const known = OPTIONS[verb] ?? fail(`Command \`${verb}\` not recognized.`);
if (rest[0] === '--help') {
  const list = `\n  -h [ --help ]\n${known.map((name) => `  --${name} arg (=0)`).join('\n')}`;
  say(`Options can either be specified via command-line or by defining them in a .ini project file.${list}`);
  process.exit(0);
}
const options = {};
for (let i = 0; i < rest.length; i += 2) {
  const name = rest[i].replace(/^--/, '');
  if (!known.includes(name)) fail(`Failed to parse options - unrecognised option '--${name}'.`);
  if (rest[i + 1] === undefined || rest[i + 1].startsWith('--'))
    fail(`the required argument for option '--${name}' is missing`);
  options[name] = rest[i + 1];
}
const root = dirname(options.database_path ?? options.output_path ?? options.workspace_path);
const workspace = verb === 'stereo_fusion' ? dirname(root) : root;
appendFileSync(join(workspace, 'calls.jsonl'), `${JSON.stringify([verb, options])}\n`);
if (existsSync(join(workspace, 'hang-at')) && readFileSync(join(workspace, 'hang-at'), 'utf8') === verb) {
  process.on('SIGTERM', () => {});
  say(`hanging at ${verb}`);
  setInterval(() => {}, 1000);
} else if (dieAt === verb) {
  process.kill(process.pid, 'SIGSEGV');
} else {
  run();
}

/** All that can compute on a GPU does, unless it is told not to; bundle adjustment of `mapper` when it is told to. */
function wantsGpu() {
  const switches = known.filter((name) => name.endsWith('use_gpu'));
  const isOn = (name) => (options[name] ?? (hasCuda && name !== 'Mapper.ba_use_gpu' ? '1' : '0')) === '1';
  return switches.some(isOn) || (verb === 'patch_match_stereo' && hasCuda);
}

function needs(...paths) {
  for (const path of paths) if (!existsSync(path)) fail(`${path} is not there`);
}

function run() {
  if (wantsGpu() && !hasGpu) {
    fail(
      'CUDA error at /colmap/src/colmap/util/cuda.cc:56 - CUDA driver version is insufficient for CUDA runtime version',
    );
  }
  if (verb === 'feature_extractor') {
    const names = readFileSync(options.image_list_path, 'utf8').trim().split('\n');
    const masks = options['ImageReader.mask_path'];
    names.forEach((name, index) => {
      needs(join(options.image_path, name));
      if (masks) needs(join(masks, `${name}.png`));
      say(`Processed file [${index + 1}/${names.length}]`);
    });
    writeFileSync(options.database_path, 'features');
  }
  if (verb.endsWith('_matcher')) {
    needs(options.database_path);
    say('Matching block [1/1, 1/1] in 0.1s');
  }
  if (verb === 'view_graph_calibrator') needs(options.database_path);
  if (verb.endsWith('mapper')) {
    // The model to find lies beside the photos: what the test has put there.
    needs(options.database_path, options.output_path);
    const model = process.env.STAND_IN_MODEL;
    if (model === undefined) fail('failed to create sparse model');
    mkdirSync(join(options.output_path, '0'));
    cpSync(model, join(options.output_path, '0'), { recursive: true });
    if (breakAt === verb) writeFileSync(join(options.output_path, '0/images.bin'), 'broken');
  }
  if (verb === 'image_undistorter') {
    needs(options.output_path);
    cpSync(options.image_path, join(options.output_path, 'images'), { recursive: true });
    cpSync(options.input_path, join(options.output_path, 'sparse'), { recursive: true });
    const images = readdirSync(options.image_path);
    for (const index of images.keys()) say(`Undistorting image [${index + 1}/${images.length}]`);
  }
  if (verb === 'patch_match_stereo') {
    if (!hasCuda) fail('Dense stereo reconstruction requires CUDA, which is not available on your system.');
    needs(join(options.workspace_path, 'sparse/images.bin'));
    say('Processing view [1/2]\nProcessing view [2/2]');
  }
  if (verb === 'stereo_fusion') fuse();
}

/** The sparse points as dense ones, seen by the images of their tracks; normals face the first camera's side. */
function fuse() {
  const sparse = join(options.workspace_path, 'sparse');
  const images = readFileSync(join(sparse, 'images.bin'));
  const order = [];
  for (let i = 0, at = 8; i < Number(images.readBigUInt64LE(0)); i++) {
    order.push(images.readUInt32LE(at));
    at = images.indexOf(0, at + 64) + 1;
    at += 8 + Number(images.readBigUInt64LE(at)) * 24;
  }
  const bytes = readFileSync(join(sparse, 'points3D.bin'));
  const count = Number(bytes.readBigUInt64LE(0));
  const properties = ['x', 'y', 'z', 'nx', 'ny', 'nz'].map((name) => `property float ${name}`);
  const colors = ['red', 'green', 'blue'].map((name) => `property uchar ${name}`);
  const head = [
    'ply',
    'format binary_little_endian 1.0',
    `element vertex ${count}`,
    ...properties,
    ...colors,
    'end_header\n',
  ];
  const parts = [Buffer.from(head.join('\n'))];
  const seen = [Buffer.alloc(8)];
  seen[0].writeBigUInt64LE(BigInt(count));
  for (let i = 0, at = 8; i < count; i++) {
    const vertex = Buffer.alloc(27);
    for (let k = 0; k < 3; k++) vertex.writeFloatLE(bytes.readDoubleLE(at + 8 + k * 8), k * 4);
    vertex.writeFloatLE(1, 20);
    bytes.copy(vertex, 24, at + 32, at + 35);
    parts.push(vertex);
    const length = Number(bytes.readBigUInt64LE(at + 43));
    const list = Buffer.alloc(4 + length * 4);
    list.writeUInt32LE(length);
    for (let k = 0; k < length; k++) list.writeUInt32LE(order.indexOf(bytes.readUInt32LE(at + 51 + k * 8)), 4 + k * 4);
    seen.push(list);
    at += 51 + length * 8;
  }
  writeFileSync(options.output_path, Buffer.concat(breakAt === verb ? [Buffer.from('ply')] : parts));
  writeFileSync(`${options.output_path}.vis`, Buffer.concat(seen));
  say(`Fusing image [1/1]\nNumber of fused points: ${count}`);
}
