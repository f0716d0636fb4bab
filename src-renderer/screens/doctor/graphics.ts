import type { DoctorCheck } from '../../../src-shared/api/doctor-schemas.js';
import { texts } from '../../ui/texts.js';

/** What this window can draw with. Models are computed without it. */
export async function checkGraphics(): Promise<readonly Omit<DoctorCheck, 'group'>[]> {
  return [checkWebGl(), await checkWebGpu()];
}

function checkWebGl(): Omit<DoctorCheck, 'group'> {
  const about = { id: 'webgl', title: texts.doctor.webgl };
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2');
  if (!gl) return { ...about, state: 'bad', detail: texts.doctor.webglMissing, remedy: texts.doctor.webglRemedy };
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  if (!SOFTWARE.test(renderer)) return { ...about, state: 'good', detail: plainRenderer(renderer) };
  return { ...about, state: 'remark', detail: texts.doctor.webglSoftware, remedy: texts.doctor.webglRemedy };
}

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 (0x2504) Direct3D11 …)" is the card's name to people. */
const plainRenderer = (renderer: string): string =>
  (/^ANGLE \([^,]*, (.*?)(?:,| Direct3D| OpenGL| \(0x)/.exec(renderer)?.[1] ?? renderer).trim();

interface GpuAdapter {
  readonly info?: { readonly vendor?: string; readonly architecture?: string };
}

async function checkWebGpu(): Promise<Omit<DoctorCheck, 'group'>> {
  const about = { id: 'webgpu', title: texts.doctor.webgpu };
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return { ...about, state: 'absent', detail: texts.doctor.webgpuMissing };
  const { vendor, architecture } = adapter.info ?? {};
  return { ...about, state: 'good', detail: [vendor, architecture].filter(Boolean).join(' ') || texts.doctor.there };
}
