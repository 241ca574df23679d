/** Imports go one way (STYLE.md, Layout): read from the sources, so that a wrong arrow fails before it is a habit. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { root } from './helpers/root.js';

const Imports = suite('imports');

/** Which top-level parts a part may import; machine/command and machine/debug are parts of their own, and so is what is AssemblyScript. */
const allowed: Record<string, readonly string[]> = {
  isa: ['isa'],
  asm: ['asm', 'isa'],
  machine: ['machine', 'isa'],
  'machine/debug': ['machine/debug', 'machine', 'isa'],
  'machine/memory/assembly': ['machine/memory/assembly', 'machine/memory/numbers'],
  'machine/memory/numbers': [], // as AssemblyScript names it
  'machine/command': ['machine/command', 'machine/debug', 'machine', 'asm', 'isa'],
};

/** Bare specifiers a part may import beside its own. */
const packages: Record<string, readonly string[]> = { 'machine/command': ['arg', 'cli-progress', 'node:', 'vega'], 'machine/debug': ['node:zlib'] };

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? sources(join(dir, e.name)) : /\.ts$/.test(e.name) ? [join(dir, e.name)] : [],
  );
}

const partOf = (path: string): string => {
  const parts = path.split('/');
  return [3, 2].map((length) => parts.slice(0, length).join('/')).find((part) => part in allowed) ?? parts[0]!;
};

const resolved = (from: string, to: string): string => (to.startsWith('.') ? normalize(join(dirname(from), to)) : to);

function arrows(): { from: string; to: string }[] {
  return ['isa', 'asm', 'machine'].flatMap((top) =>
    sources(join(root, top)).flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const from = relative(root, file);
      return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\b(?:await|=>|return|typeof)\s+import\(\s*'([^']+)'/gm)].map((m) => ({
        from,
        to: resolved(from, (m[1] ?? m[2] ?? m[3])!),
      }));
    }),
  );
}

Imports('go from machine and asm to isa, and only commands see both', () => {
  const wrong = arrows().filter(({ from, to }) => {
    const part = partOf(from);
    const bare = !/^(isa|asm|machine|tests)\//.test(to);
    if (bare) return !(packages[part] ?? []).some((p) => to.startsWith(p));
    return !allowed[part]!.includes(partOf(to));
  });
  assert.equal(wrong, []);
});

Imports('the command starts without the machine and the assembler, which its subcommands load', () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(join(root, path), 'utf8');
    for (const [, to] of text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?\bfrom\s+'(\.[^']+)'/gm)) visit(resolved(path, to!).replace(/\.js$/, '.ts'));
  };
  visit('machine/command/main.ts');
  assert.ok(seen.has('machine/command/run.ts'));
  assert.equal([...seen].filter((path) => /^asm\/|^machine\/(machine|exec|kernel)/.test(path)), []);
});

Imports('every suite runs', () => {
  const silent = sources(join(root, 'tests')).filter((file) => {
    const text = readFileSync(file, 'utf8');
    return /\bsuite\(/.test(text) && !/\.run\(\)/.test(text);
  });
  assert.equal(silent.map((f) => relative(root, f)), []);
});

Imports.run();
