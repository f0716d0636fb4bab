import { strToU8, zipSync } from 'fflate';
import {
  BufferAttribute,
  type BufferGeometry,
  Color,
  ColorManagement,
  type InterleavedBufferAttribute,
  Matrix4,
  Mesh,
  MeshStandardMaterial,
} from 'three';
import { OBJExporter } from 'three/addons/exporters/OBJExporter.js';
import { PLYExporter } from 'three/addons/exporters/PLYExporter.js';
import { STLExporter } from 'three/addons/exporters/STLExporter.js';
import type { EmbeddedImage } from './glb-image.js';

const MATERIAL = 'model';

/**
 * Wavefront OBJ with its material and texture in one ZIP: metres, Y up, as in the GLB.
 *
 * @param stem name of the files, without ending
 */
export function writeObjZip(geometry: BufferGeometry, texture: EmbeddedImage | undefined, stem: string) {
  const flipped = geometry.clone();
  const uv = flipped.getAttribute('uv');
  // glTF counts v from the top, OBJ from the bottom.
  for (let i = 0; uv && i < uv.count; i++) uv.setY(i, 1 - uv.getY(i));
  const material = new MeshStandardMaterial({ name: MATERIAL });
  const mesh = new Mesh(flipped, material);
  mesh.name = stem;
  const obj = `# Metres, Y up\nmtllib ${stem}.mtl\n${new OBJExporter().parse(mesh)}`;
  flipped.dispose();
  material.dispose();
  const picture = texture && `${stem}.${texture.extension}`;
  const map = picture ? `map_Kd ${picture}\n` : '';
  const mtl = `newmtl ${MATERIAL}\nKa 0 0 0\nKd 1 1 1\nKs 0 0 0\nd 1\nillum 1\n${map}`;
  return zipSync({
    [`${stem}.obj`]: strToU8(obj),
    [`${stem}.mtl`]: strToU8(mtl),
    // A compressed picture gets no smaller.
    ...(picture ? { [picture]: [texture.bytes, { level: 0 as const }] } : {}),
  });
}

/**
 * Binary PLY (little-endian): metres, Y up; with normals, texture coordinates, and colours where vertices have them, as the bytes
 * (sRGB) that MeshLab and Blender read.
 */
export function writePly(geometry: BufferGeometry): ArrayBuffer {
  const copy = geometry.clone();
  const colors = geometry.getAttribute('color');
  if (colors) copy.setAttribute('color', srgbBytes(colors));
  // The exporter takes colours for linear ones and converts them; bytes are converted already.
  const { enabled } = ColorManagement;
  ColorManagement.enabled = false;
  try {
    const result = new PLYExporter().parse(new Mesh(copy), () => undefined, { binary: true, littleEndian: true });
    if (!(result instanceof ArrayBuffer)) throw new Error('No PLY was written.');
    return result;
  } finally {
    ColorManagement.enabled = enabled;
    copy.dispose();
  }
}

/**
 * Colours as bytes that are read as 0 to 1. Not `normalized`, which does just that: the exporter writes floats for those.
 */
class ColorBytes extends BufferAttribute {
  override getX = (index: number) => this.array[index * 3]! / 255;
  override getY = (index: number) => this.array[index * 3 + 1]! / 255;
  override getZ = (index: number) => this.array[index * 3 + 2]! / 255;
}

function srgbBytes(linear: BufferAttribute | InterleavedBufferAttribute): BufferAttribute {
  const bytes = new Uint8Array(linear.count * 3);
  const color = new Color();
  for (let i = 0; i < linear.count; i++) {
    color.fromBufferAttribute(linear, i).convertLinearToSRGB();
    bytes.set([Math.round(color.r * 255), Math.round(color.g * 255), Math.round(color.b * 255)], i * 3);
  }
  return new ColorBytes(bytes, 3);
}

/** STL knows no unit; slicers take millimetres with Z up. */
const MILLIMETRES_Z_UP = new Matrix4().makeRotationX(Math.PI / 2).scale({ x: 1000, y: 1000, z: 1000 } as never);

/** Binary STL for 3D printing: millimetres, Z up. */
export function writeStl(geometry: BufferGeometry): DataView {
  const mesh = new Mesh(geometry);
  mesh.applyMatrix4(MILLIMETRES_Z_UP);
  mesh.updateMatrixWorld(true);
  return new STLExporter().parse(mesh, { binary: true });
}
