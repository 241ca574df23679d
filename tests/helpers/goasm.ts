/** What `go tool asm` makes of a source, and what our assembler does, in one form for comparison. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { assembleObjects, type AssembleOptions } from '../../asm/assemble.js';
import { Diagnostics, formatDiagnostic } from '../../asm/diag.js';
import { cacheDir, has } from './oracle.js';

/** Contents of a symbol in hex, fields of relocations zero, and the relocations as `offset size name+addend`. */
export interface Assembled {
  readonly kind: string;
  readonly size: number;
  readonly hex: string;
  readonly relocations: readonly string[];
}

/** The Go command: the one on the path, or where its installer puts it. */
export const goCommand = has('go') ? 'go' : '/usr/local/go/bin/go';

/** Where Go's object goes. Never /dev/null: after an error the assembler removes its output, which root may. */
const scratch = join(cacheDir(), `goasm-${process.pid}.o`);

/** Go's listing of one source, or its errors. */
export function goAssemble(file: string, pkgpath: string, includes: readonly string[]): Map<string, Assembled> | string {
  const args = ['tool', 'asm', '-S', '-p', pkgpath, ...includes.flatMap((i) => ['-I', i]), '-D', 'GOOS_linux', '-D', 'GOARCH_amd64', '-D', 'GOAMD64_v1', '-o', scratch, file];
  const r = spawnSync(goCommand, args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60_000, env: { ...process.env, GOARCH: 'amd64', GOOS: 'linux' } });
  return r.status === 0 ? readListing(r.stdout + r.stderr) : r.stderr || r.stdout || 'go tool asm failed';
}

function readListing(text: string): Map<string, Assembled> {
  const symbols = new Map<string, { kind: string; size: number; hex: string; relocations: string[] }>();
  let current: { kind: string; size: number; hex: string; relocations: string[] } | undefined;
  for (const line of text.split('\n')) {
    const head = /^(\S+) (S[A-Z]+) .*?\bsize=(\d+)/.exec(line);
    const dump = /^\t0x[0-9a-f]{4,} ((?:[0-9a-f]{2} )+)/.exec(line);
    const rel = /^\trel (\d+)\+(\d+) t=(\S+) (.*)$/.exec(line);
    if (head) {
      current = { kind: head[2]!.replace(/FIPS$/, ''), size: Number(head[3]), hex: '', relocations: [] };
      symbols.set(head[1]!, current);
    } else if (dump && current) current.hex += dump[1]!.replace(/ /g, '');
    else if (rel && current && rel[2] !== '0') current.relocations.push(relocation(Number(rel[1]), Number(rel[2]), rel[3]!, rel[4]!));
  }
  return symbols;
}

/** A thread-local field has no symbol worth naming. */
function relocation(offset: number, size: number, type: string, target: string): string {
  return type === 'R_TLS_LE' ? `${offset} ${size} TLS` : `${offset} ${size} ${target.replace(/<[^>]*>/g, '').replace('+-', '-')}`;
}

/** Ours; or the errors as text. */
export function ourAssemble(name: string, text: string, options: AssembleOptions): Map<string, Assembled> | string {
  const diagnostics = new Diagnostics();
  const [object] = assembleObjects([{ name, text }], options, diagnostics);
  if (diagnostics.any) return diagnostics.sorted().map((d) => formatDiagnostic(d)).join('\n');
  const kinds: Record<string, string> = { '.text': 'STEXT', '.rodata': 'SRODATA', '.noptrdata': 'SNOPTRDATA', '.data': 'SDATA', '.bss': 'SBSS', '.noptrbss': 'SNOPTRBSS', '.tbss': 'STLSBSS' };
  return new Map(object!.symbols.map((s) => [s.name, {
    kind: kinds[s.section]!,
    size: s.size,
    hex: Buffer.from(s.bytes).toString('hex'),
    relocations: s.fixups.slice().sort((a, b) => a.offset - b.offset).map((f) => {
      if (f.kind === 'tls32') return `${f.offset} 4 TLS`;
      // Go counts from the end of the field, ELF from its start.
      return f.kind === 'abs64' ? `${f.offset} 8 ${f.symbol!.name}${signed(f.addend)}` : `${f.offset} 4 ${f.symbol!.name}${signed(f.addend + 4n)}`;
    }),
  }]));
}

const signed = (n: bigint): string => (n < 0n ? `${n}` : `+${n}`);

/** Lines that say where the two differ; empty when they agree. */
export function differences(ours: ReadonlyMap<string, Assembled>, go: ReadonlyMap<string, Assembled>): string[] {
  const out: string[] = [];
  for (const [name, g] of go) {
    if (name.startsWith('gclocals·')) continue; // stack maps of NO_LOCAL_POINTERS
    const o = ours.get(name);
    if (!o) out.push(`${name}: missing`);
    else if (o.kind !== g.kind) out.push(`${name}: ${o.kind}, Go has ${g.kind}`);
    else if (o.size !== g.size) out.push(`${name}: size ${o.size}, Go has ${g.size}; bytes differ from ${firstDifference(o.hex, g.hex)}`);
    else if (o.hex.replace(/(00)+$/, '') !== g.hex.replace(/(00)+$/, '')) out.push(`${name}: bytes differ at ${firstDifference(o.hex, g.hex)}`);
    else if (o.relocations.join() !== g.relocations.join()) out.push(`${name}: relocations ${diffLists(o.relocations, g.relocations)}`);
  }
  for (const name of ours.keys()) if (!go.has(name)) out.push(`${name}: Go has none`);
  return out;
}

function firstDifference(a: string, b: string): string {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const at = i >> 1;
  return `0x${at.toString(16)}: ${a.slice(2 * at, 2 * at + 20)}, Go has ${b.slice(2 * at, 2 * at + 20)}`;
}

function diffLists(a: readonly string[], b: readonly string[]): string {
  const i = a.findIndex((x, k) => x !== b[k]);
  return `${a[i < 0 ? b.length - 1 : i]}, Go has ${b[i < 0 ? b.length - 1 : i] ?? 'none'}`;
}
