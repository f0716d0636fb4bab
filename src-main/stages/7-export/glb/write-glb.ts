import { Document, NodeIO } from '@gltf-transform/core';
import type { TexturedMesh } from '../../../../src-shared/scene/mesh.js';

/** An image as it is embedded. */
export interface GlbImage {
  readonly bytes: Uint8Array;
  readonly mimeType: 'image/jpeg' | 'image/png';
}

export interface GlbContent {
  /** In GLB coordinates: metres, +Y up. */
  readonly mesh: TexturedMesh;
  readonly baseColor: GlbImage;
  readonly normalMap?: GlbImage;
  /** Whether the surface has open borders, through which its inside is seen. */
  readonly isOpen: boolean;
}

/** Captured colours contain the light; a rough surface adds the least shine of the viewer's. */
const ROUGHNESS = 0.95;
/** 16-bit indices reach so many vertices: 65535 itself is reserved for primitive restart. */
const MAX_U16_VERTICES = 65_535;

/**
 * Writes the model as one GLB: one mesh, one primitive, one opaque material without extensions, indices of 16 bits where they fit.
 *
 * An open surface is drawn from both sides, because a hole would otherwise show nothing behind it; a closed one from outside only,
 * which is faster.
 */
export async function writeGlb({ mesh, baseColor, normalMap, isOpen }: GlbContent): Promise<Uint8Array> {
  const document = new Document();
  document.getRoot().getAsset().generator = 'Atlas Studio';
  const buffer = document.createBuffer();
  const vertexCount = mesh.positions.length / 3;
  const attribute = (type: 'VEC2' | 'VEC3' | 'VEC4', array: Float32Array) =>
    document.createAccessor().setType(type).setArray(unshared(array)).setBuffer(buffer);
  const indices = vertexCount <= MAX_U16_VERTICES ? Uint16Array.from(mesh.indices) : Uint32Array.from(mesh.indices);
  const material = document
    .createMaterial('model')
    .setMetallicFactor(0)
    .setRoughnessFactor(ROUGHNESS)
    .setDoubleSided(isOpen)
    .setBaseColorTexture(createTexture(document, 'base-color', baseColor));
  clampTexture(material.getBaseColorTextureInfo());
  const primitive = document
    .createPrimitive()
    .setIndices(document.createAccessor().setType('SCALAR').setArray(indices).setBuffer(buffer))
    .setAttribute('POSITION', attribute('VEC3', mesh.positions))
    .setAttribute('NORMAL', attribute('VEC3', mesh.normals))
    .setAttribute('TEXCOORD_0', attribute('VEC2', mesh.uvs))
    .setMaterial(material);
  if (normalMap !== undefined && mesh.tangents !== undefined) {
    primitive.setAttribute('TANGENT', attribute('VEC4', mesh.tangents));
    material.setNormalTexture(createTexture(document, 'normal', normalMap));
    clampTexture(material.getNormalTextureInfo());
  }
  const node = document.createNode('model').setMesh(document.createMesh('model').addPrimitive(primitive));
  const scene = document.createScene('model').addChild(node);
  document.getRoot().setDefaultScene(scene);
  return new NodeIO().writeBinary(document);
}

function createTexture(document: Document, name: string, { bytes, mimeType }: GlbImage) {
  return document.createTexture(name).setImage(Uint8Array.from(bytes)).setMimeType(mimeType);
}

const CLAMP_TO_EDGE = 33071;

function clampTexture(info: ReturnType<ReturnType<Document['createMaterial']>['getBaseColorTextureInfo']>): void {
  info?.setWrapS(CLAMP_TO_EDGE).setWrapT(CLAMP_TO_EDGE);
}

/** A copy in memory of its own: glTF-Transform takes no shared memory. */
const unshared = (array: Float32Array) => Float32Array.from(array);
