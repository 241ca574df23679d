/**
 * The build's step between tsc and pack: the model of the memory hierarchy from AssemblyScript to WebAssembly.
 * It writes dist/machine/memory/model.wasm, and the module that hands its bytes to model.ts; a later plain `tsc` leaves both as they are.
 *
 * Most builds change nothing here, and compiling takes seconds: what came of the same sources is kept in node_modules/.cache/rt0.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineCells, lookaside } from '../machine/core/context.js';
import { lanes, quarterTicks, timingCells } from '../machine/core/timing.js';
import { canonicalHigh } from '../machine/exec/memory.js';
import { tickShift } from '../machine/exec/places.js';
import { frameShift, hugePages, Pte } from '../machine/memory/ram.js';

const dist = fileURLToPath(new URL('../', import.meta.url));
const root = join(dist, '..');
const sources = 'machine/memory/assembly';
const shared = 'machine/memory/numbers.ts';
/** Of machine/core and others, as assembly/layout.d.ts declares it. */
const constants: Readonly<Record<string, number>> = {
  CORE: engineCells.core, SPACE: engineCells.space, RECORD: engineCells.record, LEFT: engineCells.left, STALLED: engineCells.stalled, SCRATCH: engineCells.scratch,
  READY: timingCells.ready, PENDING: timingCells.pending, BRANCH_READY: timingCells.branchReady, MISSED: timingCells.missed, LANES: lanes, QUARTER_TICKS: quarterTicks,
  LOOKASIDE: lookaside.at, LOOKASIDE_ENTRIES: lookaside.entries, LOOKASIDE_BYTES: lookaside.entryBytes,
  RTAG: lookaside.rtag, WTAG: lookaside.wtag, DELTA: lookaside.delta, LINE: lookaside.line, PAGE: lookaside.page,
  CANONICAL_HIGH: canonicalHigh, TICK_SHIFT: tickShift, FRAME_SHIFT: frameShift, PTE_R: Pte.R, PTE_W: Pte.W, PTE_HUGE: Pte.Huge, HUGE_SHIFT: Math.log2(hugePages),
};
const kept = join(root, 'node_modules/.cache/rt0');
const keptModels = 32; // folders of several branches may share them

/** Names all that the code depends on: the sources, how they are compiled and checked, and the compiler, which names its optimizer's version. */
function key(): string {
  const hash = createHash('sha256').update(JSON.stringify(constants));
  const files = readdirSync(join(root, sources), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).sort().map((name) => join(root, sources, name));
  for (const file of [...files, join(root, shared), join(dist, 'build/asc.js'), createRequire(import.meta.url).resolve('assemblyscript/package.json')]) {
    const text = readFileSync(file);
    hash.update(`${basename(file)} ${text.length}\n`).update(text);
  }
  return hash.digest('hex');
}

/** The code, compiled where it is not kept. */
async function model(): Promise<Uint8Array> {
  const file = join(kept, `${key()}.wasm`);
  try {
    return readFileSync(file);
  } catch {
    const { compile } = await import('./asc.js');
    const code = await compile(root, `${sources}/index.ts`, constants);
    keep(file, code);
    return code;
  }
}

/** Whole or not at all, because builds may run side by side. */
function keep(file: string, code: Uint8Array): void {
  mkdirSync(kept, { recursive: true });
  const old = readdirSync(kept).map((name) => join(kept, name)).map((path) => ({ path, made: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 })).sort((a, b) => b.made - a.made);
  for (const { path } of old.slice(keptModels - 1)) rmSync(path, { force: true });
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
}

try {
  const code = await model();
  const to = join(dist, 'machine/memory');
  writeFileSync(join(to, 'model.wasm'), code);
  // as text, so that modules need no file system
  writeFileSync(join(to, 'modelImage.js'), `const text = '${Buffer.from(code).toString('base64')}';\nexport const modelImage = () => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));\n`);
} catch (e) {
  console.error((e as Error).message);
  process.exitCode = 1;
}
