import { Document, NodeIO } from '@gltf-transform/core';
import sharp from 'sharp';

/**
 * A GLB as large as the best quality makes it: a bumpy ball in one primitive with normals, and one JPEG texture.
 *
 * @param triangles about so many
 * @param textureSizePx width and height of the texture
 */
export async function makeLargeModel(triangles: number, textureSizePx: number): Promise<Uint8Array> {
  const rows = Math.round(Math.sqrt(triangles / 4));
  const columns = rows * 2;
  const count = (rows + 1) * (columns + 1);
  const positions = new Float32Array(count * 3);
  const uvs = new Float32Array(count * 2);
  for (let row = 0, at = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++, at++) {
      const [theta, phi] = [(row / rows) * Math.PI, (column / columns) * 2 * Math.PI];
      const radius = 1 + 0.06 * Math.sin(9 * theta) * Math.sin(11 * phi) * Math.sin(theta);
      positions.set([Math.sin(theta) * Math.cos(phi), Math.cos(theta), Math.sin(theta) * Math.sin(phi)], at * 3);
      for (let k = 0; k < 3; k++) positions[at * 3 + k]! *= radius;
      uvs.set([column / columns, row / rows], at * 2);
    }
  }
  const indices = new Uint32Array(rows * columns * 6);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at += 6) {
      const corner = row * (columns + 1) + column;
      const below = corner + columns + 1;
      indices.set([corner, corner + 1, below, corner + 1, below + 1, below], at);
    }
  }

  const noise = { type: 'gaussian', mean: 140, sigma: 36 } as const;
  const jpeg = await sharp({
    create: { width: textureSizePx, height: textureSizePx, channels: 3, background: '#888', noise },
  })
    .jpeg({ quality: 90 })
    .toBuffer();
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (type: 'VEC2' | 'VEC3' | 'SCALAR', array: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  const texture = document.createTexture().setImage(new Uint8Array(jpeg)).setMimeType('image/jpeg');
  const material = document.createMaterial().setBaseColorTexture(texture).setMetallicFactor(0).setRoughnessFactor(0.9);
  const primitive = document
    .createPrimitive()
    .setAttribute('POSITION', accessor('VEC3', positions))
    // Of a ball the positions are nearly its normals.
    .setAttribute('NORMAL', accessor('VEC3', unit(positions)))
    .setAttribute('TEXCOORD_0', accessor('VEC2', uvs))
    .setIndices(accessor('SCALAR', indices))
    .setMaterial(material);
  const node = document.createNode().setMesh(document.createMesh().addPrimitive(primitive));
  document.createScene().addChild(node);
  return new NodeIO().writeBinary(document);
}

function unit(vectors: Float32Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(vectors);
  for (let i = 0; i < result.length; i += 3) {
    const length = Math.hypot(result[i]!, result[i + 1]!, result[i + 2]!) || 1;
    for (let k = 0; k < 3; k++) result[i + k]! /= length;
  }
  return result;
}
