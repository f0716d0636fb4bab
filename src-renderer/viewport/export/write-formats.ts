import { strToU8, zipSync } from 'fflate';
import { type BufferGeometry, Matrix4, Mesh, MeshStandardMaterial } from 'three';
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

/** Binary PLY (little-endian): metres, Y up; with normals, texture coordinates, and colours where vertices have them. */
export function writePly(geometry: BufferGeometry): ArrayBuffer {
  const result = new PLYExporter().parse(new Mesh(geometry), () => undefined, { binary: true, littleEndian: true });
  if (!(result instanceof ArrayBuffer)) throw new Error('No PLY was written.');
  return result;
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
