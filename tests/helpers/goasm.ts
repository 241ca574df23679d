/** What `go tool asm` makes of a source, and what our assembler does, in one form for comparison. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleObjects, type Arch, type AssembleOptions } from '../../asm/assemble.js';
import { Diagnostics, formatDiagnostic } from '../../asm/diag.js';
import { cacheDir, goCommand } from './oracle.js';

/** Contents of a symbol in hex, fields of relocations zero, and the relocations as `offset size name+addend`. */
export interface Assembled {
  readonly kind: string;
  readonly size: number;
  readonly hex: string;
  readonly relocations: readonly string[];
}

export { goCommand };

/** Where Go's object goes. Never /dev/null: after an error the assembler removes its output, which root may. */
const scratch = join(cacheDir(), `goasm-${process.pid}.o`);

/** Go's listing of one source, or its errors. */
export function goAssemble(file: string, pkgpath: string, includes: readonly string[], arch: Arch): Map<string, Assembled> | string {
  const defines = ['GOOS_linux', `GOARCH_${arch}`, ...(arch === 'amd64' ? ['GOAMD64_v1'] : [])].flatMap((d) => ['-D', d]);
  const args = ['tool', 'asm', '-S', '-p', pkgpath, ...includes.flatMap((i) => ['-I', i]), ...defines, '-o', scratch, file];
  const r = spawnSync(goCommand, args, { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60_000, env: { ...process.env, GOARCH: arch, GOOS: 'linux' } });
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

/** Relocations of arm64 that are told apart, by our names for them. */
const pageTypes: Readonly<Record<string, string>> = {
  R_ADDRARM64: 'page', R_ARM64_PCREL_LDST8: 'page8', R_ARM64_PCREL_LDST16: 'page16', R_ARM64_PCREL_LDST32: 'page32', R_ARM64_PCREL_LDST64: 'page64', R_ARM64_TLS_LE: 'tls16',
};

/** A thread-local field of amd64 has no symbol worth naming. */
function relocation(offset: number, size: number, type: string, target: string): string {
  if (type === 'R_TLS_LE') return `${offset} ${size} TLS`;
  const kind = pageTypes[type];
  return `${offset} ${size} ${kind === undefined ? '' : `${kind} `}${target.replace(/<[^>]*>/g, '').replace('+-', '-')}`;
}

/** NOSPLIT|NOFRAME: nothing but the lines' own code. */
const head = 'TEXT f(SB), 516, $0';

/**
 * What Go makes of each line, standing alone in a function, in hex; undefined for lines that it refuses. All lines go
 * through it together, and again without the refused ones until none is.
 */
export function goLines(lines: readonly string[], file: string, arch: Arch): (string | undefined)[] {
  const alive = lines.map(() => true);
  for (let round = 0; round < 20; round++) {
    writeFileSync(file, [head, ...lines.map((l, i) => (alive[i] ? `\t${l}` : '')), ''].join('\n'));
    const r = spawnSync(goCommand, ['tool', 'asm', '-e', '-S', '-p', 'main', '-o', scratch, file], { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, GOARCH: arch, GOOS: 'linux' } });
    const text = r.stdout + r.stderr;
    if (r.status === 0) return bytesByLine(text, lines.length);
    const errors = text.split('\n').filter((l) => !l.startsWith('\t')).join('\n'); // the listing stands among them
    const refused = [...errors.matchAll(/\.s:(\d+)/g)].map((m) => Number(m[1]) - 2).filter((i) => alive[i]);
    if (refused.length === 0) return halves(lines, alive, file, arch);
    for (const i of refused) alive[i] = false;
  }
  throw new Error('go tool asm refuses ever more lines');
}

/** Some errors of Go's assembler name no line: the halves tell. */
function halves(lines: readonly string[], alive: readonly boolean[], file: string, arch: Arch): (string | undefined)[] {
  const left = lines.flatMap((_, i) => (alive[i] ? [i] : []));
  const out = new Array<string | undefined>(lines.length).fill(undefined);
  if (left.length <= 1) return out;
  const middle = left.length >> 1;
  for (const part of [left.slice(0, middle), left.slice(middle)]) {
    goLines(part.map((i) => lines[i]!), file, arch).forEach((bytes, k) => {
      out[part[k]!] = bytes;
    });
  }
  return out;
}

function bytesByLine(listing: string, count: number): (string | undefined)[] {
  const starts: { at: number; line: number }[] = [];
  let hex = '';
  for (const l of listing.split('\n')) {
    const inst = /^\t0x([0-9a-f]+) \d+ \(.*\.s:(\d+)\)\t/.exec(l);
    const dump = /^\t0x[0-9a-f]{4,} ((?:[0-9a-f]{2} )+)/.exec(l);
    if (inst) starts.push({ at: parseInt(inst[1]!, 16), line: Number(inst[2]) });
    else if (dump && !l.includes('SRODATA')) hex += dump[1]!.replace(/ /g, '');
  }
  const out = new Array<string | undefined>(count).fill(undefined);
  starts.forEach(({ at, line }, i) => {
    const end = starts[i + 1]?.at ?? hex.length / 2;
    if (line >= 2 && end > at) out[line - 2] = (out[line - 2] ?? '') + hex.slice(2 * at, 2 * end);
  });
  return out;
}

/** The same of ours: bytes, or the error. */
export function ourLines(lines: readonly string[], arch: Arch): string[] {
  const text = [head, ...lines.map((l) => `\t${l}`), ''].join('\n');
  const diagnostics = new Diagnostics(lines.length);
  const [object] = assembleObjects([{ name: 'lines.s', text }], { arch }, diagnostics);
  const out = lines.map(() => '');
  const symbol = object!.symbols[0]!;
  symbol.lines.forEach((entry, i) => {
    const end = symbol.lines[i + 1]?.offset ?? symbol.size;
    out[entry.at.line - 2] += Buffer.from(symbol.bytes.subarray(entry.offset, end)).toString('hex');
  });
  for (const d of diagnostics.sorted()) out[d.line - 2] = d.message;
  return out;
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
      const target = `${f.symbol?.name}${signed(f.addend)}`;
      if (f.kind === 'tls32') return `${f.offset} 4 TLS`;
      // Go counts from the end of the field, ELF from its start.
      if (f.kind === 'pc32') return `${f.offset} 4 ${f.symbol!.name}${signed(f.addend + 4n)}`;
      if (f.kind === 'abs64') return `${f.offset} 8 ${target}`;
      if (f.kind === 'call26') return `${f.offset} 4 ${target}`;
      return `${f.offset} ${f.kind === 'tls16' ? 4 : 8} ${f.kind} ${target}`;
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
