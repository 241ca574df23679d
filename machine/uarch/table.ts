/**
 * Price tables as text, a line a group of forms, in the notation of the sources (uops.info, Agner Fog):
 *
 *     ADD SUB CMP: p0156 1
 *     SHL SHR (r,cl): 3*p06 2 complex
 *     DIVSD: p0 13 div=4
 *     =jcc: p6 1                       a class of rows that cost alike
 *     ?alu: p0156 1                    a guess for the rest of a class: reports name the forms that need it
 *
 * Names are the manual's (of an AVX form without its V when it has no line of its own). In parentheses a kind for each operand,
 * where forms of one name differ: r r8..r64 m m8..m512 i x y z mm k st sp v lane, cl or 1 as the form spells them, * any;
 * alternatives with |. The first line that fits counts. Then the micro-ops of the computation (`-` none) and the latency in
 * cycles; then any of
 *
 *     flags=2    latency to flags              div=4     cycles that the first micro-op keeps its unit
 *     kept=1     latency from the first operand's old value, where it comes in late
 *     slots=3    fused slots, memory included  ms=10     micro-ops from microcode
 *     complex    first decoder only            whole     the ports include memory accesses
 *     serial=18  cycles in which nothing else starts
 *
 * Cycles may be halves or the like as long as they are whole ticks.
 */
import type { Insn, Operand, Row } from '../../isa/row.js';
import { cycle, NoPrice, type Price } from './uarch.js';

interface Line {
  readonly text: string;
  /** Alternatives per operand, or undefined: any operands. */
  readonly operands: readonly (readonly string[])[] | undefined;
  /** Read when first asked for: a program needs a fifth of the lines. */
  price: Price | undefined;
}

/** Lines by name and by class. */
export class PriceTable {
  private readonly byName = new Map<string, Line[]>();
  private readonly byClass = new Map<string, Line[]>();
  private unread: readonly string[];
  private readonly cache = new Map<number, Price>();

  /** `portNames`: what `p015` and the like mean, by bit. */
  constructor(private readonly uarch: string, private readonly portNames: readonly string[], lines: readonly string[]) {
    this.unread = lines;
  }

  /** Reads all lines. Throws on one that is not as described above. */
  check(): void {
    this.index();
    for (const map of [this.byName, this.byClass]) for (const list of map.values()) for (const line of list) this.priceOf(line);
  }

  private index(): void {
    for (const text of this.unread) this.add(text);
    this.unread = [];
  }
  private add(text: string): void {
    const end = text.indexOf(': ');
    const open = text.indexOf(' (');
    if (end < 0) throw new Error(`${this.uarch}: price line '${text}'`);
    const operands = open >= 0 && open < end ? text.slice(open + 2, end - 1).split(',').map((o) => o.split('|')) : undefined;
    const isClass = text[0] === '=' || text[0] === '?';
    const head = text.slice(isClass ? 1 : 0, operands ? open : end);
    const map = isClass ? this.byClass : this.byName;
    const line: Line = { text, operands, price: undefined };
    for (const name of head.split(isClass ? '/' : ' ')) {
      const list = map.get(name);
      if (list) list.push(line);
      else map.set(name, [line]);
    }
  }

  private priceOf(line: Line): Price {
    return (line.price ??= this.read(line.text.slice(line.text.indexOf(': ') + 2), line.text, line.text[0] === '?'));
  }

  private read(text: string, line: string, fallback: boolean): Price {
    const [uops, latency, ...more] = text.split(' ') as [string, string, ...string[]];
    const value = (key: string): number | undefined => {
      const found = more.find((w) => w.startsWith(`${key}=`));
      return found === undefined ? undefined : Number(found.slice(key.length + 1));
    };
    const unknown = more.find((w) => !/^(flags|kept|div|slots|ms|serial)=[\d.]+$|^(complex|whole)$/.test(w));
    if (unknown !== undefined) throw new Error(`${this.uarch}: '${unknown}' in price line '${line}'`);
    return {
      ports: this.masks(uops, line),
      latency: ticks(latency, line),
      keptLatency: ticks(String(value('kept') ?? latency), line),
      flagLatency: ticks(String(value('flags') ?? latency), line),
      occupancy: ticks(String(value('div') ?? 0), line),
      slots: value('slots'),
      microcode: value('ms') ?? 0,
      complex: more.includes('complex') || (value('ms') ?? 0) > 0,
      whole: more.includes('whole'),
      serial: ticks(String(value('serial') ?? 0), line),
      fallback,
    };
  }

  /** `2*p06+p1` as masks, one a micro-op. */
  private masks(text: string, line: string): number[] {
    if (text === '-') return [];
    return text.split('+').flatMap((part) => {
      const m = /^(?:(\d+)\*)?(.+)$/.exec(part)!;
      return Array<number>(Number(m[1] ?? 1)).fill(this.mask(m[2]!, line));
    });
  }

  /** `p015`: one character a port, or names joined by `/`. */
  mask(text: string, line = text): number {
    let mask = 0;
    for (const name of text.startsWith('p') ? text.slice(1) : text.split('/')) {
      const bit = this.portNames.indexOf(name);
      if (bit < 0) throw new Error(`${this.uarch}: no port ${name} for '${line}'`);
      mask |= 1 << bit;
    }
    return mask;
  }

  /** The price of `insn` under `name`. Throws NoPrice. */
  price(insn: Insn, name = manualName(insn.row)): Price {
    const key = keyOf(insn);
    // LEA and the like choose their name by operand shape: only plain names are kept
    const cached = key >= 0 && name === manualName(insn.row) ? this.cache.get(key) : undefined;
    if (cached) return cached;
    if (this.unread.length > 0) this.index();
    const price = this.find(insn, name);
    if (key >= 0 && name === manualName(insn.row)) this.cache.set(key, price);
    return price;
  }

  private find(insn: Insn, name: string): Price {
    const lists = [this.byName.get(name), name.startsWith('V') ? this.byName.get(name.slice(1)) : undefined, this.byClass.get(insn.row.cls)];
    for (const list of lists) for (const line of list ?? []) if (fits(line, insn)) return this.priceOf(line);
    throw new NoPrice(insn, this.uarch);
  }
}

function ticks(cycles: string, line: string): number {
  const t = Number(cycles) * cycle;
  if (!Number.isInteger(t)) throw new Error(`${cycles} cycles are no whole ticks in '${line}'`);
  return t;
}

/** Row and which of its operands are memory: what a price may depend on beside the row. */
function keyOf(insn: Insn): number {
  let memory = 0;
  for (let i = 0; i < insn.ops.length; i++) if (insn.ops[i]!.kind === 'mem') memory |= 1 << i;
  return (insn.row.isa === 'arm64' ? 1 << 24 : 0) + insn.row.id * 64 + memory;
}

const names = new Map<string, string>();
/** `ADD` of `ADD r/m64, imm8`; of a repeated string instruction with its prefix: `REP MOVS`. */
export function manualName(row: Row): string {
  let name = names.get(row.form);
  if (name === undefined) {
    name = /^(?:REP(?:N?E)? )?\S+/.exec(row.form)![0];
    names.set(row.form, name);
  }
  return name;
}

function fits(line: Line, insn: Insn): boolean {
  if (line.operands === undefined) return true;
  if (line.operands.length !== insn.ops.length) return false;
  return line.operands.every((kinds, i) => kinds.some((kind) => isKind(kind, insn.ops[i]!, insn, i)));
}

function isKind(kind: string, op: Operand, insn: Insn, i: number): boolean {
  if (kind === '*') return true;
  if (kind === 'cl' || kind === '1') return spelled(insn.row, i) === kind.toUpperCase();
  switch (op.kind) {
    case 'imm': return kind === 'i';
    case 'rel': return kind === 'rel';
    case 'mem': return kind === 'm' || kind === `m${op.bits}`;
    case 'reg': return kindsOf(op.file).includes(kind) || (kind === 'lane' && op.lane !== undefined) || kind === `r${op.bits}` && op.file === 'gpr';
  }
}

function kindsOf(file: string): readonly string[] {
  switch (file) {
    case 'gpr': case 'zr': case 'sp': return ['r'];
    case 'xmm': return ['x'];
    case 'ymm': return ['y'];
    case 'zmm': return ['z'];
    case 'mmx': return ['mm'];
    case 'mask': return ['k'];
    case 'v': case 'fp': return ['v'];
    default: return [file];
  }
}

/** The operand as an x86 form spells it. */
function spelled(row: Row, i: number): string | undefined {
  return row.form.slice(row.form.indexOf(' ') + 1).split(',')[i]?.trim();
}
