/**
 * Neoverse N1 against the latency table of LLVM's model: for every form one dependent chain and one independent stream,
 * within 5 %. Left out: forms that the table gives no pipe (system registers, barriers, NOP, atomics).
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Insn, Operand, RegOperand } from '../../../isa/row.js';
import { general, vectors } from '../../../isa/arm64/regs.js';
import { cellOf } from '../../../machine/uarch/cells.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { boundsOf, windowTicks } from '../../../machine/uarch/throughput.js';
import { cycle } from '../../../machine/uarch/uarch.js';
import { hasAll } from '../../helpers/oracle.js';
import { assembled, reference, tableRows } from '../../helpers/reference.js';
import { plainCost } from './plain.js';

const N1 = suite('neoverse_n1 against its table');
const n1 = uarchOf('neoverse_n1')!;
const file = 'latency-neoverse-n1.tsv';

/** The instruction with other operands. */
const withOps = (insn: Insn, ops: readonly Operand[]): Insn => Object.create(insn, { ops: { value: ops } }) as Insn;
const isReg = (o: Operand | undefined): o is RegOperand => o?.kind === 'reg';
const accessOf = (insn: Insn): string[] => insn.row.access.split(' ');

/** The same register file, index `n`. */
function renumbered(r: RegOperand, n: number): RegOperand {
  const set = r.file === 'v' ? vectors['V']! : r.file === 'fp' ? Object.values(vectors).find((s) => s[0]!.file === 'fp' && s[0]!.bits === r.bits)! : general[r.bits === 64 ? 'X' : 'W'];
  return r.lane === undefined ? set[n]! : { ...set[n]!, lane: r.lane };
}

/** All destinations renamed to one that nothing else in the stream uses, sources to registers that are never written. */
function streamOf(insn: Insn): Insn[] {
  const access = accessOf(insn);
  // equal sources stay equal: EXTR of one register is a rotation
  const firstLike = (r: RegOperand): number => insn.ops.findIndex((o, i) => access[i] === 'r' && isReg(o) && o.index === r.index);
  return Array.from({ length: 12 }, (_, k) =>
    withOps(insn, insn.ops.map((o, i) => {
      if (o.kind === 'mem' && o.base) return o.mode ? { ...o, base: general.X[k]! } : { ...o, base: general.X[28]!, index: o.index && general.X[29]! };
      if (!isReg(o) || o.file === 'sp' || o.file === 'zr') return o;
      return renumbered(o, access[i] === 'r' ? 30 - firstLike(o) : (k + 12 * (i % 2)) % 24);
    })));
}

/** The first source of the destination's file, and those equal to it, become the destination; undefined when there is none. */
function chainOf(insn: Insn): Insn | undefined {
  const access = accessOf(insn);
  const dst = insn.ops[0];
  if (!isReg(dst) || access[0] === 'r' || dst.file === 'zr') return undefined;
  const memory = insn.ops.some((o) => o.kind === 'mem');
  let linked = access[0] === 'rw' && !memory; // a load of a lane is quicker from the register than from memory
  let source = -1;
  const ops = insn.ops.map((o, i) => {
    if (i > 0 && isReg(o) && access[i] === 'r' && o.file !== 'zr' && (dst.file === 'gpr') === (o.file === 'gpr' || o.file === 'sp') && (source < 0 || source === o.index)) {
      linked = true;
      source = o.index;
      return renumbered(o, dst.index);
    }
    if (o.kind === 'mem' && o.base && dst.file === 'gpr' && !o.mode) {
      linked = true;
      return { ...o, base: general.X[dst.index]! };
    }
    return o;
  });
  return linked ? withOps(insn, ops) : undefined;
}

const off = (got: number, want: number): boolean => Math.abs(got - want) > 0.05 * want;

N1('latencies and throughputs are the table\'s', () => {
  const path = reference(file, file);
  if (path === undefined || !hasAll(file, 'aarch64-linux-gnu-as', 'aarch64-linux-gnu-objcopy')) return;
  const rows = tableRows(path);
  const lines = rows.map((r) => r[2]!.replace(/\b(bl|b|b\.\w+|cbn?z \w+,|tbn?z \w+, #\d+,|adrp? \w+,|ldr \w+,) 0x[0-9a-f]+/, '$1 .'));
  const insns = assembled('arm64', lines);
  const wrong: string[] = [];
  let [paths, chains, streams] = [0, 0, 0];
  rows.forEach(([form, , text, , latency, rthroughput, pipes], i) => {
    const insn = insns[i];
    if (insn === undefined || pipes === '-') return;
    const check = (what: string, got: number, want: number): void => {
      if (off(got, want)) wrong.push(`${form} (${text}; ${insn.row.form}, ${insn.row.cls}): ${what} ${got}, table ${want}`);
    };
    const dst = insn.ops[0];
    const out = isReg(dst) ? plainCost(n1, [insn]).outputs.get(cellOf(dst))?.slice(0, -1) : undefined;
    if (out?.some((t) => t >= 0)) {
      paths++;
      check('latency', Math.max(...out) / cycle, Number(latency));
    }
    const chain = chainOf(insn);
    if (chain) {
      chains++;
      check('chain by bounds', boundsOf(n1, [chain], 'loop').total / cycle, Math.max(Number(latency), Number(rthroughput)));
      check('chain by simulation', windowTicks(n1, [chain], 'loop') / cycle, Math.max(Number(latency), Number(rthroughput)));
    }
    // the table does not see that flags go from one to the next
    if (/r=.*c/.test(insn.row.flags) && /^[nzcv]/.test(insn.row.flags)) return;
    const stream = streamOf(insn);
    streams++;
    check('stream by bounds', boundsOf(n1, stream, 'loop').total / cycle / stream.length, Number(rthroughput));
    check('stream by simulation', windowTicks(n1, stream, 'loop') / cycle / stream.length, Number(rthroughput));
  });
  console.log(`${file}: ${rows.length} forms; ${paths} latencies, ${chains} chains, ${streams} streams`);
  assert.equal(wrong, []);
});

N1.run();
