import { Document, NodeIO } from '@gltf-transform/core';
import { unzipSync } from 'fflate';
import { BoxGeometry, type BufferGeometry, Float32BufferAttribute, TorusGeometry, Vector3 } from 'three';
import { OBJLoader } from 'three/addons/loaders/OBJLoader.js';
import { PLYLoader } from 'three/addons/loaders/PLYLoader.js';
import { STLLoader } from 'three/addons/loaders/STLLoader.js';
import { describe, expect, it, vi } from 'vitest';
import { baseColorImage } from '../../../../src-renderer/viewport/export/glb-image.js';
import { writeObjZip, writePly, writeStl } from '../../../../src-renderer/viewport/export/write-formats.js';

const torus = () => new TorusGeometry(0.4, 0.15, 12, 20).translate(0, 0.3, 0);
const TRIANGLES = 12 * 20 * 2;
const trianglesOf = (geometry: BufferGeometry) =>
  (geometry.index?.count ?? geometry.getAttribute('position').count) / 3;
const sizeOf = (geometry: BufferGeometry) => {
  geometry.computeBoundingBox();
  return geometry.boundingBox?.getSize(new Vector3()).toArray() ?? [];
};
const about = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 4));

// PLYExporter calls back in the page's next frame, besides giving its result.
vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback));

describe('the model in other formats', () => {
  it('OBJ: all triangles, v from the bottom, with material and untouched texture', () => {
    const texture = { bytes: Uint8Array.of(1, 2, 3), extension: 'jpg' } as const;
    const files = unzipSync(writeObjZip(torus(), texture, 'Red vase'));
    expect(Object.keys(files).sort()).toEqual(['Red vase.jpg', 'Red vase.mtl', 'Red vase.obj']);
    expect(files['Red vase.jpg']).toEqual(texture.bytes);
    const text = new TextDecoder().decode(files['Red vase.obj']);
    expect(text).toContain('mtllib Red vase.mtl');
    expect(text).toContain('usemtl model');
    expect(new TextDecoder().decode(files['Red vase.mtl'])).toMatch(/newmtl model[\s\S]*map_Kd Red vase\.jpg/);
    const [mesh] = new OBJLoader().parse(text).children as unknown as { geometry: BufferGeometry }[];
    expect(trianglesOf(mesh!.geometry)).toBe(TRIANGLES);
    expect(sizeOf(mesh!.geometry)).toEqual(about(sizeOf(torus())));
    const before = torus().getAttribute('uv');
    const [, u, v] = /^vt (\S+) (\S+)/m.exec(text) ?? [];
    expect([Number(u), Number(v)]).toEqual([expect.closeTo(before.getX(0), 6), expect.closeTo(1 - before.getY(0), 6)]);
  });

  it('PLY: all triangles, with normals and the colours of the vertices', () => {
    const geometry = torus();
    const count = geometry.getAttribute('position').count;
    geometry.setAttribute('color', new Float32BufferAttribute(new Float32Array(count * 3).fill(0.5), 3));
    const ply = writePly(geometry);
    // Linear 0.5 is 188 in sRGB; other programs expect bytes.
    const header = new TextDecoder('latin1').decode(ply.slice(0, 500));
    expect(header).toContain('property uchar red\n');
    const lastVertex = header.indexOf('end_header\n') + 'end_header\n'.length + count * (8 * 4 + 3) - 3;
    expect([...new Uint8Array(ply, lastVertex, 3)]).toEqual([188, 188, 188]);
    const read = new PLYLoader().parse(ply);
    expect(trianglesOf(read)).toBe(TRIANGLES);
    expect(sizeOf(read)).toEqual(about(sizeOf(torus())));
    expect(read.hasAttribute('normal')).toBe(true);
    expect(read.getAttribute('color').getX(7)).toBeCloseTo(0.5, 1);
  });

  it('STL: all triangles, in millimetres with Z up', () => {
    const geometry = new BoxGeometry(0.1, 0.3, 0.2).translate(0, 0.15, 0);
    const stl = writeStl(geometry);
    const read = new STLLoader().parse(stl.buffer as ArrayBuffer);
    expect(trianglesOf(read)).toBe(12);
    expect(sizeOf(read)).toEqual(about([100, 200, 300]));
    expect(read.boundingBox?.min.z).toBeCloseTo(0, 4);
    expect(sizeOf(geometry)).toEqual(about([0.1, 0.3, 0.2]));
  });

  it('takes the texture out of a GLB as it was compressed', async () => {
    const document = new Document();
    const bytes = Uint8Array.from({ length: 50 }, (_, i) => i);
    const texture = document.createTexture().setImage(bytes).setMimeType('image/png');
    const material = document.createMaterial().setBaseColorTexture(texture);
    const buffer = document.createBuffer();
    const position = document.createAccessor().setType('VEC3').setArray(new Float32Array(9)).setBuffer(buffer);
    const primitive = document.createPrimitive().setAttribute('POSITION', position).setMaterial(material);
    document.createScene().addChild(document.createNode().setMesh(document.createMesh().addPrimitive(primitive)));
    const glb = await new NodeIO().writeBinary(document);
    expect(baseColorImage(Uint8Array.from(glb).buffer)).toEqual({ bytes, extension: 'png' });
    material.setBaseColorTexture(null);
    expect(baseColorImage(Uint8Array.from(await new NodeIO().writeBinary(document)).buffer)).toBeUndefined();
  });
});
