/**
 * What an instruction reads and writes, as timing sees it: cells and memory. A cell is a register or a flag group that the
 * processor renames as one. All comes from the row (operands with `access`, `implicit`, `flags`) and the decoded operands.
 *
 * Parts of registers: writing 8 or 16 bits of an x86 register, or a lane of a vector, also reads what is kept.
 * x86 flags are two cells, CF and the rest, because Intel renames these two apart (Agner Fog, microarchitecture.pdf, 11.8).
 */
import type { Insn, MemOperand, Operand, RegOperand, Row } from '../../isa/row.js';

/** Numbers of cells; general registers from 0 (arm64: 31 is SP), vectors from 32. */
export const Cell = {
  gpr: 0,
  vector: 32,
  /** CF of x86; all of NZCV of arm64. */
  carry: 64,
  /** OF SF ZF AF PF of x86. */
  flags: 65,
  mmx: 66,
  mask: 74,
  /** The x87 stack as a whole: its registers move with every push and pop. */
  x87: 82,
  /** What passes outside of registers: locked accesses wait for each other, and a loop's loads for what it stored one time around before. */
  order: 83,
  count: 84,
} as const;

/** A memory access. Registers are cells, -1 when absent. `disp` is exact up to 2^53. */
export interface Access {
  readonly base: number;
  readonly index: number;
  readonly scale: number;
  readonly disp: number;
  readonly bytes: number;
  /** FS or GS: its base is added to the address. */
  readonly segment: boolean;
  readonly rip: boolean;
  /** The operand it comes from; undefined: an implicit one. */
  readonly operand?: MemOperand;
}

export interface Effects {
  /** Cells that the computation reads: data and flags, not addresses. */
  readonly reads: readonly number[];
  /** Cells that the computation writes. */
  readonly writes: readonly number[];
  readonly loads: readonly Access[];
  readonly stores: readonly Access[];
  /** Cells moved beside the computation: stack pointers, pointers of string instructions, bases with writeback. */
  readonly moves: readonly number[];
}

/** An access that neither loads nor stores (LEA, prefetch, NOP) has its address registers among the reads. */
export function effectsOf(insn: Insn): Effects {
  const e = new Collector();
  const columns = columnsOf(insn.row);
  for (let i = 0; i < insn.ops.length; i++) e.operand(insn.ops[i]!, columns.access[i] ?? 'r', insn);
  for (const implicit of columns.implicit) e.implicit(implicit);
  for (const group of columns.flags) e.flags(group, insn);
  return e;
}

/** An implicit operand: a register's cell, or the memory around one. */
interface Implicit {
  readonly access: string;
  readonly cell: number;
  readonly memory: Access | undefined;
  /** RSP, RSI, RDI: pointers that move beside the computation. */
  readonly pointer: boolean;
}
interface FlagGroup {
  readonly reading: boolean;
  readonly cells: readonly number[];
}
/** A row's columns, read once: blocks are priced while programs start. */
interface Columns {
  readonly access: readonly string[];
  readonly implicit: readonly Implicit[];
  readonly flags: readonly FlagGroup[];
}
const columnsByRow = new WeakMap<Row, Columns>();

function columnsOf(row: Row): Columns {
  let columns = columnsByRow.get(row);
  if (!columns) {
    const words = (text: string): string[] => (text === '' ? [] : text.split(' '));
    columns = { access: words(row.access), implicit: words(row.implicit).map(implicitOf), flags: words(row.flags).map((part) => flagGroup(row, part)) };
    columnsByRow.set(row, columns);
  }
  return columns;
}

/** `RSP:rw` or `[RSP-8]/64:w`. */
function implicitOf(token: string): Implicit {
  const [what, access] = token.split(':') as [string, string];
  const memory = /^\[(\w+?)(-\d+)?\](?:\/(\d+))?$/.exec(what);
  const cell = implicitCell(memory ? memory[1]! : what);
  return {
    access, cell,
    memory: memory ? { base: cell, index: -1, scale: 1, disp: Number(memory[2] ?? 0), bytes: Number(memory[3] ?? 64) / 8, segment: false, rip: false } : undefined,
    pointer: what === 'RSP' || what === 'RSI' || what === 'RDI',
  };
}

/** `oszapc`, `r=c` or `u=a`. */
function flagGroup(row: Row, part: string): FlagGroup {
  const letters = part.replace(/^[ru]=/, '');
  const cells = row.isa === 'arm64' ? [Cell.carry] : [...(letters.includes('c') ? [Cell.carry] : []), ...(/[oszap]/.test(letters) ? [Cell.flags] : [])];
  return { reading: part.startsWith('r='), cells };
}

/** The cell of a register, or -1: no dependence goes through it (the zero register, segments). */
export function cellOf(r: RegOperand): number {
  switch (r.file) {
    case 'gpr': case 'sp': return Cell.gpr + r.index;
    case 'xmm': case 'ymm': case 'zmm': case 'v': case 'fp': return Cell.vector + r.index;
    case 'mmx': return Cell.mmx + r.index;
    case 'mask': return Cell.mask + r.index;
    case 'st': return Cell.x87;
    default: return -1;
  }
}

const accessOf = (m: MemOperand, bytes: number): Access => ({
  base: m.base ? cellOf(m.base) : -1,
  index: m.index ? cellOf(m.index) : -1,
  scale: m.scale,
  // of a post-indexed access the displacement counts only afterwards
  disp: typeof m.disp === 'bigint' && m.mode !== 'post' ? Number(m.disp) : 0,
  bytes,
  segment: m.seg === 'fs' || m.seg === 'gs',
  rip: m.rip,
  operand: m,
});

class Collector implements Effects {
  readonly reads: number[] = [];
  readonly writes: number[] = [];
  readonly loads: Access[] = [];
  readonly stores: Access[] = [];
  readonly moves: number[] = [];

  operand(op: Operand, access: string, insn: Insn): void {
    if (op.kind === 'mem') this.memory(op, access, insn);
    else if (op.kind === 'reg') this.register(op, access, insn);
  }

  private register(r: RegOperand, access: string, insn: Insn): void {
    const cell = cellOf(r);
    if (cell < 0 || access === 'n') return;
    const kept = access === 'w' && (r.lane !== undefined || (insn.row.isa === 'amd64' && r.file === 'gpr' && r.bits < 32));
    if (access !== 'w' || kept) push(this.reads, cell);
    if (access !== 'r') push(this.writes, cell);
  }

  private memory(m: MemOperand, access: string, insn: Insn): void {
    // string instructions move their pointers, which the row tells; pairs access both registers' bytes at once
    if (m.mode !== undefined && m.base) push(this.moves, cellOf(m.base));
    if (access === 'n' || (m.bits === 0 && insn.row.isa === 'amd64')) {
      for (const r of [m.base, m.index]) if (r) push(this.reads, cellOf(r));
      return;
    }
    const a = accessOf(m, bytesOf(m, insn));
    // MOVSS and the like keep the rest of a register, but of memory they only write
    if (access !== 'w' && !(access === 'rw' && insn.row.cls === 'vmov')) this.loads.push(a);
    if (access !== 'r') this.stores.push(a);
  }

  implicit({ access, cell, memory, pointer }: Implicit): void {
    if (memory) {
      if (access !== 'w') this.loads.push(memory);
      if (access !== 'r') this.stores.push(memory);
      return;
    }
    if (pointer) {
      push(access !== 'r' ? this.moves : this.reads, cell);
      return;
    }
    if (access !== 'w') push(this.reads, cell);
    if (access !== 'r') push(this.writes, cell);
  }

  flags({ reading, cells }: FlagGroup, insn: Insn): void {
    // shifts keep flags only when their count is zero
    if (reading && countedShift(insn)) return;
    for (const cell of cells) push(reading ? this.reads : this.writes, cell);
  }
}

/** A shift or rotate (not through carry) by a known number other than zero. */
function countedShift(insn: Insn): boolean {
  const { cls } = insn.row;
  const count = insn.ops.at(-1);
  return (cls === 'shift' || cls === 'rotate' || cls === 'shiftd') && count?.kind === 'imm' && count.value !== 0n;
}

/** Of arm64's structure accesses the operands tell the size: registers, or lanes of at most 8 bytes each. */
function bytesOf(m: MemOperand, insn: Insn): number {
  if (m.bits > 0) return (m.bits >> 3) * (insn.row.form.startsWith('CASP') ? 2 : 1); // a pair whose operand has the bits of one
  return insn.ops.reduce((n, o) => n + (o.kind === 'reg' && o.file === 'v' ? (o.lane === undefined ? 16 : 8) : 0), 0) || 16;
}

function push(list: number[], cell: number): void {
  if (cell >= 0 && !list.includes(cell)) list.push(cell);
}

const names = ['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI'];
function implicitCell(name: string): number {
  const i = names.indexOf(name);
  if (i >= 0) return Cell.gpr + i;
  const numbered = /^(XMM|R|X)(\d+)$/.exec(name);
  if (!numbered) throw new Error(`no register ${name} among implicit operands`);
  return (numbered[1] === 'XMM' ? Cell.vector : Cell.gpr) + Number(numbered[2]);
}

/** A cell's name for reports: `rax`, `v3`, `carry`. */
export function cellName(cell: number, isa: 'amd64' | 'arm64'): string {
  if (cell < Cell.vector) return isa === 'arm64' ? (cell === 31 ? 'sp' : `x${cell}`) : (names[cell]?.toLowerCase() ?? `r${cell}`);
  if (cell < Cell.carry) return `${isa === 'arm64' ? 'v' : 'xmm'}${cell - Cell.vector}`;
  if (cell === Cell.carry) return isa === 'arm64' ? 'nzcv' : 'CF';
  if (cell === Cell.flags) return 'flags';
  if (cell < Cell.mask) return `mm${cell - Cell.mmx}`;
  if (cell < Cell.x87) return `k${cell - Cell.mask}`;
  return cell === Cell.x87 ? 'the x87 stack' : 'memory';
}
