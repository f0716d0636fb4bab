import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const PAGE = fileURLToPath(new URL('../../dist/renderer/', import.meta.url));

/** Scripts and styles that the browser must have before Home is shown, as `npm run build` made them. */
function firstScreenFiles(): ReadonlyMap<string, Buffer> {
  const html = readFileSync(`${PAGE}index.html`, 'utf8');
  const waiting = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
  const files = new Map<string, Buffer>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    const content = readFileSync(PAGE + file);
    files.set(file, content);
    if (!file.endsWith('.js')) continue;
    // Static imports alone: what `import()` names comes later.
    for (const [, name] of content.toString().matchAll(/\b(?:import|from)\s*"\.\/([^"]+\.js)"/g)) {
      waiting.push(`assets/${name}`);
    }
  }
  return files;
}

describe('what is loaded before the first screen', () => {
  const files = firstScreenFiles();

  it('does not bring three.js, nor the screens of a capture', () => {
    expect(files.size).toBeGreaterThan(3);
    const all = [...files.values()].join('\n');
    expect(all).not.toMatch(/WebGLRenderer|THREE\./);
    expect(all).not.toMatch(/tus-resumable/i);
    expect([...files.keys()].filter((name) => /model-screen|live-view|capture-screen/.test(name))).toEqual([]);
  });

  it('stays below its budget', () => {
    const bytes = [...files.values()].reduce((sum, content) => sum + gzipSync(content).length, 0);
    expect(bytes).toBeLessThan(190_000);
  });
});
