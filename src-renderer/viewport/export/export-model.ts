import { Mesh } from 'three';
import { USDZExporter } from 'three/addons/exporters/USDZExporter.js';
import { disposeModel, loadModel } from '../load-model.js';
import type { ExportFormat } from './export-formats.js';
import { baseColorImage } from './glb-image.js';
import { addVertexColors } from './vertex-colors.js';
import { writeObjZip, writePly, writeStl } from './write-formats.js';

export interface ExportedFile {
  readonly blob: Blob;
  readonly extension: string;
}

/** Writes a GLB in another format, with three.js' own exporters. @param stem name of the files inside, where there are several */
export async function exportModel(glb: ArrayBuffer, format: ExportFormat, stem: string): Promise<ExportedFile> {
  const model = await loadModel(glb);
  try {
    switch (format) {
      case 'obj':
        return file(writeObjZip(model.geometry, baseColorImage(glb), stem), 'application/zip', 'zip');
      case 'ply':
        addVertexColors(model.geometry, model.map);
        return file(writePly(model.geometry), 'application/octet-stream', 'ply');
      case 'stl':
        return file(writeStl(model.geometry).buffer as ArrayBuffer, 'model/stl', 'stl');
      case 'usdz': {
        const bytes = await new USDZExporter().parseAsync(new Mesh(model.geometry, model.material), {
          maxTextureSize: 4096,
        });
        return file(bytes as Uint8Array<ArrayBuffer>, 'model/vnd.usdz+zip', 'usdz');
      }
    }
  } finally {
    disposeModel(model);
  }
}

const file = (bytes: BlobPart, type: string, extension: string): ExportedFile => {
  return { blob: new Blob([bytes], { type }), extension };
};
