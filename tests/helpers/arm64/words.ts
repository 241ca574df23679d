/** Random words of arm64 rows that assemblers would write: no second encodings of what has a preferred one. */
import { decode } from '../../../isa/arm64/decode.js';
import { encodeRow } from '../../../isa/arm64/encode.js';
import { formOf } from '../../../isa/arm64/table.js';
import { isFault } from '../../../isa/isa.js';
import type { ImmOperand, Insn, MemOperand, Operand, Row } from '../../../isa/row.js';
import type { Random } from '../random.js';
import { bytesOf } from './cases.js';

const at = 0x1000;

/** Up to `count` words of a row, decoded. Branches and literals go a few words ahead. */
export function wordsOf(row: Row, count: number, random: Random): { readonly word: number; readonly insn: Insn }[] {
  const form = formOf(row);
  const out: { word: number; insn: Insn }[] = [];
  for (let tries = 0; out.length < count && tries < 100 * count; tries++) {
    let word = form.fill;
    for (const [name, f] of form.fields) {
      const near = /^imm(26|19|14)$/.test(name) && /label|literal/.test(row.form);
      const bits = near ? 2 + random.below(5) : Number(random.bits(f.bits));
      word = (word | (bits << f.lo)) >>> 0;
    }
    const insn = decode(bytesOf(word), 0, at);
    if (!isFault(insn) && insn.row === row && preferred(row, insn, word)) out.push({ word, insn });
  }
  return out;
}

const value = (op: Operand | undefined): bigint => (op as ImmOperand).value as bigint;
const general = (insn: Insn): number[] => insn.ops.flatMap((o) => (o.kind === 'reg' && o.file === 'gpr' ? [o.index] : []));
const registers = (insn: Insn): number[] => insn.ops.flatMap((o) => (o.kind === 'reg' ? [o.index] : []));

/** Whether an assembler writes this instruction as this word, and lets it pass at all. */
function preferred(row: Row, insn: Insn, word: number): boolean {
  if (encodeRow(row, insn.ops, at) !== word) return false; // unused bits that are not as they should be
  const memory = insn.ops.find((o): o is MemOperand => o.kind === 'mem');
  const name = row.form.split(' ')[0]!;
  if (memory) return preferredAccess(name, insn, memory);
  // Zero moved up is plain zero, and a shifted constant that could stand without its shift does.
  if (/#imm8parts, [LM]SL/.test(row.form)) return value(insn.ops[1]) > 0n;
  if (/#imm12sh/.test(row.form)) return value(insn.ops[2]) > 0n;
  if (/hw$/.test(row.form)) return value(insn.ops[1]) > 0n;
  // Whole registers extended are shifted ones, where there is no stack pointer.
  if (/extend$/.test(row.form)) return true;
  // 2.0 comes from memory, as Go has it.
  if (/^FMOV [SD]d, #float/.test(row.form)) return value(insn.ops[1]) !== (row.form.includes('32') ? 0x40000000n : 0x4000000000000000n);
  // Another load or store of the register would be meant by the place.
  return !/^(ADRP?|B) /.test(row.form);
}

function preferredAccess(name: string, insn: Insn, m: MemOperand): boolean {
  const disp = m.disp as bigint;
  const [first, second] = registers(insn);
  const base = m.base?.index;
  const bytes = BigInt(m.bits / 8);
  if (m.shifted) return false; // by nothing
  if (/^(LD|ST)UR/.test(name) && disp >= 0n && disp % bytes === 0n) return false; // LDR has it
  if (m.mode && base !== 31 && general(insn).includes(base!)) return false; // the manual leaves open what happens
  if (/^LDN?P|^LDA?XP/.test(name) && first === second) return false;
  if (/^STL?X/.test(name)) return first !== base && !registers(insn).slice(1).includes(first!);
  return true;
}
