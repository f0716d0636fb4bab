import { describe, expect, it } from 'vitest';
import { decodePly } from '#main/formats/ply/read-ply.js';
import { encodePly } from '#main/formats/ply/write-ply.js';

const positions = Float32Array.of(0, 0, 0, 1, 0.5, 0, 0, 1, -2.25, 3, 3, 3);
const normals = Float32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, -1);
const colors = Uint8Array.of(0, 1, 2, 253, 254, 255, 7, 8, 9, 10, 11, 12);
const indices = Uint32Array.of(0, 1, 2, 0, 2, 3);

describe('PLY', () => {
  it('reads back points with normals and colours exactly', () => {
    expect(decodePly(Buffer.concat(encodePly({ positions, normals, colors })))).toEqual({ positions, normals, colors });
  });

  it('reads back a mesh exactly, with and without colours', () => {
    expect(decodePly(Buffer.concat(encodePly({ positions, indices })))).toEqual({ positions, indices });
    expect(decodePly(Buffer.concat(encodePly({ positions, colors, indices })))).toEqual({ positions, colors, indices });
  });

  it('writes more points than a chunk holds', () => {
    const many = Float32Array.from({ length: 900_000 }, (_, i) => i);
    expect(decodePly(Buffer.concat(encodePly({ positions: many }))).positions).toEqual(many);
  });

  it('reads doubles, skips what it does not know and splits polygons', () => {
    const header = [
      'ply\r\nformat binary_little_endian 1.0',
      'element vertex 1\r\nproperty double x\r\nproperty double y\r\nproperty short quality\r\nproperty double z',
      'element face 1\r\nproperty list uchar uint vertex_index\r\nproperty float area\r\nend_header\r\n',
    ].join('\r\n');
    const body = Buffer.alloc(26 + 17 + 4);
    [1.5, 2.5].forEach((value, i) => {
      body.writeDoubleLE(value, i * 8);
    });
    body.writeDoubleLE(3.5, 18);
    body[26] = 4;
    [0, 1, 2, 3].forEach((corner, i) => {
      body.writeUInt32LE(corner, 27 + i * 4);
    });
    const content = decodePly(Buffer.concat([Buffer.from(header), body]));
    expect([...content.positions]).toEqual([1.5, 2.5, 3.5]);
    expect([...(content.indices ?? [])]).toEqual([0, 1, 2, 0, 2, 3]);
  });

  it('refuses text, other formats and files that are too short', () => {
    const whole = Buffer.concat(encodePly({ positions, indices }));
    const unreadable = expect.objectContaining({ code: 'MODEL_UNREADABLE' });
    expect(() => decodePly(Buffer.from('hello'))).toThrow(unreadable);
    expect(() => decodePly(Buffer.from('ply\nformat ascii 1.0\nelement vertex 0\nend_header\n'))).toThrow(unreadable);
    expect(() => decodePly(whole.subarray(0, whole.length - 3))).toThrow(unreadable);
  });
});
