/** What rows tell of operands and implicit registers, against what their lifts read and write. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { common } from '../../../isa/context.js';
import { IrBuilder, type Unit, type Value } from '../../../isa/ir.js';
import type { Insn } from '../../../isa/row.js';
import { Cell, cellName, effectsOf, type Effects } from '../../../machine/uarch/cells.js';
import { a64Vectors, x86Insns, x86Vectors } from '../../helpers/insns.js';

const Cells = suite('machine/uarch cells');

/** Cells that a unit gets, for something, and puts; vectors and general registers only. */
function touched(unit: Unit): { gets: Set<number>; puts: Set<number> } {
  const [gets, puts] = [new Set<number>(), new Set<number>()];
  const used = new Set(unit.nodes.flatMap((n) => [...n.args]));
  for (const [i, n] of unit.nodes.entries()) {
    if (n.op === 'get' && !used.has(i as Value)) continue;
    if (typeof n.slot !== 'number' || (n.op !== 'get' && n.op !== 'put')) continue;
    const cell = n.slot < common.pc ? Cell.gpr + (n.slot >> 3) : n.slot >= common.vector ? Cell.vector + ((n.slot - common.vector) >> 4) : -1;
    if (cell >= 0) (n.op === 'get' ? gets : puts).add(cell);
  }
  return { gets, puts };
}

const addresses = (e: Effects): number[] => [...e.loads, ...e.stores].flatMap((a) => [a.base, a.index]);
const counted = (cells: Iterable<number>): Set<number> => new Set([...cells].filter((c) => c >= 0 && c < Cell.carry));

function disagreements(insns: readonly Insn[]): string[] {
  const wrong = new Set<string>();
  for (const insn of insns) {
    if (!insn.row.lift) continue;
    const b = new IrBuilder();
    insn.row.lift(b, insn);
    const unit = b.unit();
    const { gets, puts } = touched(unit);
    const e = effectsOf(insn);
    const read = counted([...e.reads, ...e.moves, ...addresses(e)]);
    const written = counted([...e.writes, ...e.moves]);
    const say = (what: string, cell: number): void => void wrong.add(`${insn.row.form}: ${what} ${cellName(cell, insn.row.isa)}`);
    for (const c of gets) if (!read.has(c)) say('the lift reads', c);
    for (const c of puts) if (!written.has(c)) say('the lift writes', c);
    // helpers see the whole state
    if (unit.nodes.some((n) => n.op === 'call')) continue;
    if (unit.nodes.some((n) => n.op === 'trap')) continue;
    for (const c of written) if (!puts.has(c)) say('the row alone writes', c);
  }
  return [...wrong];
}

Cells('x86 rows tell all registers that their lifts touch', () => {
  const insns = x86Vectors('forms.txt');
  assert.ok(insns.length > 2000);
  assert.equal(disagreements(insns), []);
});

Cells('arm64 rows tell all registers that their lifts touch', () => {
  const insns = a64Vectors();
  assert.ok(insns.length > 2000);
  assert.equal(disagreements(insns), []);
});

Cells('flags are two cells: INC writes the rest, ADC reads CF, a shift by a known count keeps none', () => {
  const flags = (text: string): { reads: number[]; writes: number[] } => {
    const e = effectsOf(x86Insns(text)[0]!);
    const only = (cells: readonly number[]): number[] => cells.filter((c) => c >= Cell.carry);
    return { reads: only(e.reads), writes: only(e.writes) };
  };
  assert.equal(flags('ff c0  inc %eax'), { reads: [], writes: [Cell.flags] });
  assert.equal(flags('11 c8  adc %ecx,%eax'), { reads: [Cell.carry], writes: [Cell.carry, Cell.flags] });
  assert.equal(flags('c1 e0 03  shl $3,%eax'), { reads: [], writes: [Cell.carry, Cell.flags] });
  assert.equal(flags('d3 e0  shl %cl,%eax').reads, [Cell.carry, Cell.flags]);
});

Cells('a push stores below the stack pointer and moves it', () => {
  const e = effectsOf(x86Insns('50  push %rax')[0]!);
  assert.equal([e.reads, e.writes, e.moves, e.loads.length], [[0], [], [4], 0]);
  assert.equal(e.stores, [{ base: 4, index: -1, scale: 1, disp: -8, bytes: 8, segment: false, rip: false }]);
});

Cells.run();
