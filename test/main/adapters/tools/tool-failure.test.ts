import { describe, expect, it } from 'vitest';
import { toolFailure } from '#main/adapters/tools/tool-failure.js';

/** Last lines and exit codes of real programs under limits of address space (`ulimit -v`). */
const SHORT_OF_MEMORY: readonly (readonly [program: string, exitCode: number, line: string])[] = [
  ['ReconstructMesh', 134, '  what():  std::bad_alloc'],
  [
    'DensifyPointCloud',
    134,
    "  what():  OpenCV(4.6.0) ./modules/core/src/alloc.cpp:73: error: (-4:Insufficient memory) Failed to allocate 480000 bytes in function 'OutOfMemoryError'",
  ],
  ['DensifyPointCloud', 134, '  what():  pthread_create has failed: Resource temporarily unavailable'],
  [
    'DensifyPointCloud',
    127,
    'DensifyPointCloud: error while loading shared libraries: libgfortran.so.5: failed to map segment from shared object',
  ],
];

describe('the failure of a program', () => {
  it.each(SHORT_OF_MEMORY)('%s, exit code %i, is lack of memory: %s', (program, exitCode, line) => {
    const error = toolFailure(program, { exitCode, lastLines: ['one line before', line] });
    expect(error).toMatchObject({ code: 'TOOL_OUT_OF_MEMORY', details: { exitCode } });
  });

  it('tells the library that is missing', () => {
    const line =
      'DensifyPointCloud: error while loading shared libraries: libceres.so.3: cannot open shared object file';
    expect(toolFailure('DensifyPointCloud', { exitCode: 127, lastLines: [line] })).toMatchObject({
      code: 'TOOL_FAILED',
      message: 'DensifyPointCloud cannot start: the library libceres.so.3 is missing.',
      hint: expect.stringContaining('Install'),
    });
  });

  it('tells that the library of a GPU, or a program for this processor, is missing', () => {
    const cuda =
      'DensifyPointCloud: error while loading shared libraries: libcuda.so.1: cannot open shared object file';
    expect(toolFailure('DensifyPointCloud', { exitCode: 127, lastLines: [cuda] }).hint).toContain('without CUDA');
    const processor = 'exec /opt/openmvs/bin/OpenMVS/DensifyPointCloud: exec format error';
    expect(toolFailure('DensifyPointCloud', { exitCode: 255, lastLines: [processor] }).message).toContain('processor');
  });

  it('is an exit code or a signal else', () => {
    expect(toolFailure('TextureMesh', { exitCode: 1, lastLines: ['error: empty initial mesh'] })).toMatchObject({
      code: 'TOOL_FAILED',
      message: 'TextureMesh ended with exit code 1.',
      details: { lastLines: ['error: empty initial mesh'] },
    });
    expect(toolFailure('TextureMesh', { signal: 'SIGSEGV', lastLines: [] }).message).toContain('SIGSEGV');
  });
});
