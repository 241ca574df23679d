/**
 * The guest's assembly and Go's own assembler: it accepts every file, and the bytes of each function are ours, the
 * fields that a linker fills in aside. One choice differs: INT $3 is CC here and CD 03 there.
 * Skipped where there is no Go toolchain of 1.25 or later.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleObjects } from '../../asm/assemble.js';
import { Diagnostics } from '../../asm/diag.js';
import { assemblyIn, includeFor, programs, source } from '../helpers/guest.js';
import { root } from '../helpers/root.js';

const GoAsm = suite("guest assembly against Go's assembler");

/** 0 when there is no Go. Before 1.25 the frame and ABI rules differ. */
const version = Number(/go1\.(\d+)/.exec(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 0);
const able = version >= 25;
if (!able) console.log('guest assembly: not compared, no go of 1.25 or later');

const files = [...assemblyIn('runtime'), ...['lib', ...programs].flatMap((name) => assemblyIn(`programs/${name}`))];

let folder = '';
GoAsm.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt0-goasm-'));
});
GoAsm.after(() => rmSync(folder, { recursive: true, force: true }));

interface Bytes {
  readonly bytes: number[];
  /** Offsets that a linker fills in. */
  readonly holes: Set<number>;
}

/** The functions of a Go object file, from the disassembler's listing: address, bytes, text and relocations by tabs. */
function listing(object: string): Map<string, Bytes> {
  const functions = new Map<string, Bytes>();
  let current: Bytes = { bytes: [], holes: new Set() };
  const out = spawnSync('go', ['tool', 'objdump', object], { encoding: 'utf8', maxBuffer: 2 ** 26 }).stdout;
  for (const line of out.split('\n')) {
    const head = /^TEXT (\S+)\(SB\)/.exec(line);
    if (head) {
      current = { bytes: [], holes: new Set() };
      functions.set(head[1]!.replace(/<\d*>$/, ''), current);
      continue;
    }
    const code = /^\s+\S+:\d+\s+0x[0-9a-f]+\s+([0-9a-f]+)\s/.exec(line)?.[1];
    if (code === undefined) continue;
    const at = current.bytes.length;
    current.bytes.push(...Buffer.from(code === 'cd03' ? 'cc' : code, 'hex'));
    for (const [, from, to, type] of line.matchAll(/\[(\d+):(\d+)\](R_\w+)/g)) {
      if (type !== 'R_CALLIND') for (let i = Number(from); i < Number(to); i++) current.holes.add(at + i);
    }
  }
  return functions;
}

const hex = (bytes: ArrayLike<number>, holes: Set<number>): string =>
  Array.from(bytes, (byte, i) => (holes.has(i) ? '..' : byte.toString(16).padStart(2, '0'))).join('');

for (const path of able ? files : []) {
  GoAsm(`${path} has the same bytes`, () => {
    const object = join(folder, `${path.replaceAll('/', '-')}.o`);
    const defines = ['-D', 'GOOS_linux', '-D', 'GOARCH_amd64'];
    const r = spawnSync('go', ['tool', 'asm', '-p', 'runtime', '-I', join(root, 'runtime'), ...defines, '-o', object, path], { cwd: root, encoding: 'utf8' });
    assert.is(r.status, 0, r.stderr + r.stdout);
    const diagnostics = new Diagnostics();
    const [ours] = assembleObjects([source(path)], { include: includeFor([path]), pkgpath: 'runtime' }, diagnostics);
    assert.equal(diagnostics.sorted(), []);
    const theirs = listing(object);
    for (const symbol of ours!.symbols) {
      if (symbol.section !== '.text') continue;
      const expected = theirs.get(symbol.name.replace(/<.*/, ''));
      assert.ok(expected, `${symbol.name} is missing in Go's object`);
      assert.is(hex(symbol.bytes, expected.holes), hex(expected.bytes, expected.holes), symbol.name);
    }
  });
}

GoAsm.run();
