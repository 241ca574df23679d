/** The encoder: random operands of every row come back from the decoder; choices and refusals on single instructions. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { encode, encodeInsn, isEncodeFailure, type EncodeOptions } from '../../../isa/x86/encode.js';
import { From, Space, type Form, type OperandForm } from '../../../isa/x86/form.js';
import { r32, r64, r8, r8legacy, registers } from '../../../isa/x86/operands.js';
import { allRows, formOf } from '../../../isa/x86/table.js';
import type { ImmOperand, Insn, MemOperand, Operand } from '../../../isa/row.js';
import { hexOf } from '../../helpers/forms.js';
import { Random } from '../../helpers/random.js';

const Encode = suite('isa/x86 encode');
const pc = 0x400000;

function memory(r: Random, form: Form, o: OperandForm, element: number): MemOperand {
  const string = o.from === From.Source || o.from === From.Destination;
  const addr32 = !string && r.below(8) === 0;
  const files = addr32 ? r32 : r64;
  const plain = { kind: 'mem', bits: element || o.memBits, scale: 1, seg: undefined, rip: false, addr32 } as const;
  if (o.from === From.Source) return { ...plain, base: files[6]!, index: undefined, disp: 0n, seg: r.pick([undefined, 'fs', 'gs'] as const) };
  if (o.from === From.Destination) return { ...plain, base: files[7]!, index: undefined, disp: 0n };
  if (o.from === From.Moffs) return { ...plain, base: undefined, index: undefined, disp: addr32 ? r.bits(32) : BigInt.asIntN(64, r.u64()) };
  const seg = r.below(8) === 0 ? 'fs' : undefined;
  const wide = BigInt.asIntN(32, r.u64());
  const disp = r.pick([0n, BigInt.asIntN(8, r.u64()), 64n * BigInt.asIntN(6, r.u64()), wide]);
  if (!o.vsib && !addr32 && r.below(6) === 0) return { ...plain, seg, base: undefined, index: undefined, rip: true, disp: BigInt(pc) + wide / 2n };
  const base = r.below(6) === 0 ? undefined : r.pick(files);
  const index = o.vsib ? registers(o.vsib, 0)[r.below(form.space === Space.Evex ? 32 : 16)]! : r.below(2) ? r.pick(files.filter((x) => x.index !== 4)) : undefined;
  return { ...plain, seg, base, index, scale: index ? r.pick([1, 2, 4, 8] as const) : 1, disp: base ? disp : wide };
}

function immediate(r: Random, form: Form, o: OperandForm): ImmOperand {
  const v = r.pick([0n, 1n, r.u64()]);
  return { kind: 'imm', value: form.signedImm ? BigInt.asIntN(o.bits, v) : BigInt.asUintN(o.bits, v), bits: o.bits };
}

function operand(r: Random, form: Form, o: OperandForm, asMemory: boolean, element: number): Operand {
  if (o.fixed) return o.fixed;
  if (o.from === From.Imm) return immediate(r, form, o);
  if (o.from === From.Rel) return { kind: 'rel', target: BigInt(pc + r.below(100)), bits: o.bits };
  if (o.memBits >= 0 && (asMemory || o.file === '')) return memory(r, form, o, element);
  const all = o.bits === 8 && o.file === 'gpr' ? r.pick([r8, r8legacy]) : registers(o.file, o.bits);
  if (o.file === 'cr') return all[r.pick([0, 2, 3, 4, 8])]!;
  const vector = o.file === 'xmm' || o.file === 'ymm' || o.file === 'zmm';
  return all[r.below(o.file === 'dr' ? 8 : vector && form.space !== Space.Evex ? 16 : all.length)]!;
}

/** A random instruction of the row and how its prefix is decorated. */
function randomInsn(r: Random, form: Form): { insn: Insn; options: EncodeOptions } {
  const choice = form.operands.find((o) => o.from === From.Rm && o.memBits >= 0 && o.file !== '');
  const asMemory = choice !== undefined ? r.below(2) === 1 : form.operands.some((o) => o.from === From.Rm && o.file === '');
  const broadcast = asMemory ? (form.operands.find((o) => o.broadcast)?.broadcast ?? 0) : 0;
  const gather = form.operands.some((o) => o.vsib);
  const mask = !form.masking ? 0 : gather ? 1 + r.below(7) : r.below(8);
  const toMemory = asMemory && form.operands[0]?.from === From.Rm;
  const b = asMemory ? broadcast > 0 && r.below(2) === 1 : (form.rounding || form.suppress) && r.below(2) === 1;
  const evex = form.space === Space.Evex ? { mask, zero: form.zeroing && mask > 0 && !toMemory && r.below(2) === 1, b, length: r.below(4) } : undefined;
  const ops = form.operands.map((o) => operand(r, form, o, asMemory, b ? broadcast : 0));
  const insn: Insn = { row: form.row, ops, pc, length: 0, next: 0n, here: 0n, lock: form.row.lock && ops[0]?.kind === 'mem' && r.below(4) === 0, rep: undefined, bytes: new Uint8Array() };
  return { insn, options: { evex } };
}

/** Operands as text, whatever the order of their fields; a register by what names it. */
const textOf = (ops: readonly Operand[]): string => ops.map((o) => {
  switch (o.kind) {
    case 'reg': return `${o.file}${o.index}.${o.bits}${o.high ? 'h' : ''}`;
    case 'imm': return `$${o.value as bigint}.${o.bits}`;
    case 'rel': return `@${o.target as bigint}.${o.bits}`;
    case 'mem': return `${o.seg ?? ''}:${o.disp as bigint}(${o.base ? textOf([o.base]) : ''},${o.index ? textOf([o.index]) : ''}*${o.scale}).${o.bits}${o.rip ? 'rip' : ''}${o.addr32 ? 'a32' : ''}`;
  }
}).join(' ');

Encode('random operands of every row decode to the same operands', () => {
  const r = new Random(11);
  const differ: string[] = [];
  let encoded = 0;
  for (const row of allRows()) {
    const form = formOf(row);
    if (form.name === 'nop' || (form.name === 'xchg' && form.plus)) continue; // hints share the rest of their opcodes; 90 is NOP
    for (let i = 0; i < 3; i++) {
      const { insn, options } = randomInsn(r, form);
      const e = encodeInsn(insn, options);
      if (isEncodeFailure(e)) {
        // what no encoding can say: AH beside REX, equal registers in a gather
        if (!/AH, BH/.test(e.reason)) differ.push(`${row.form}: ${e.reason} ${textOf(insn.ops)}`);
        continue;
      }
      const d = decode(e.bytes, 0, pc);
      if (isFault(d)) {
        if (!form.operands.some((o) => o.vsib)) differ.push(`${row.form}: ${hexOf(e.bytes)} ${d} ${textOf(insn.ops)}`);
      } else if (d.row.form !== row.form && !sameOperands(d.row.form, row.form)) differ.push(`${row.form}: ${hexOf(e.bytes)} is ${d.row.form}`);
      else if (textOf(d.ops) !== textOf(insn.ops) || d.lock !== insn.lock || d.length !== e.bytes.length) differ.push(`${row.form}: ${hexOf(e.bytes)} ${textOf(insn.ops)} came back ${textOf(d.ops)}`);
      encoded++;
    }
  }
  assert.equal(differ.slice(0, 10), [], `${differ.length} of ${encoded} differ`);
});

/** Rows that mean the same bytes under another width (VMOVSS of an undemanded vector length and the like). */
function sameOperands(a: string, b: string): boolean {
  return a.replace(/[xyz]mm/g, 'v') === b.replace(/[xyz]mm/g, 'v');
}

const gpr = (n: number, bits: 8 | 16 | 32 | 64 = 64): Operand => registers('gpr', bits)[n]!;
const imm = (value: bigint): Operand => ({ kind: 'imm', value, bits: 64 });
const mem = (base: number, disp: bigint, index?: number, scale: 1 | 2 | 4 | 8 = 1): Operand =>
  ({ kind: 'mem', bits: 0, base: r64[base], index: index === undefined ? undefined : r64[index], scale, disp, seg: undefined, rip: false, addr32: false });
function text(mnemonic: string, ops: readonly Operand[], options: EncodeOptions = {}): string {
  const e = encode(mnemonic, ops, { pc, ...options });
  return isEncodeFailure(e) ? `${e.operand}: ${e.reason}` : hexOf(e.bytes);
}

Encode('the shortest displacement is taken: none, 8 bits, 32 bits; RBP and R13 always have one', () => {
  assert.is(text('MOVQ', [mem(0, 0n), gpr(3)]), '48 8b 18');
  assert.is(text('MOVQ', [mem(0, -128n), gpr(3)]), '48 8b 58 80');
  assert.is(text('MOVQ', [mem(0, 128n), gpr(3)]), '48 8b 98 80 00 00 00');
  assert.is(text('MOVQ', [mem(5, 0n), gpr(3)]), '48 8b 5d 00');
  assert.is(text('MOVQ', [mem(13, 0n), gpr(3)]), '49 8b 5d 00');
  assert.is(text('MOVQ', [mem(4, 8n), gpr(3)]), '48 8b 5c 24 08');
  assert.is(text('MOVQ', [mem(12, 0n, 13, 8), gpr(3)]), '4b 8b 1c ec');
});

Encode('a branch is short where it reaches, long when asked for', () => {
  const to = (distance: number): Operand => ({ kind: 'rel', target: BigInt(pc + distance), bits: 0 });
  assert.is(text('JMP', [to(129)]), 'eb 7f');
  assert.is(text('JMP', [to(130)]), 'e9 7d 00 00 00');
  assert.is(text('JMP', [to(0)], { branch: 32 }), 'e9 fb ff ff ff');
});

Encode('a refusal names the operand and the reason', () => {
  assert.is(text('MOVQ', [imm(1n << 40n), mem(0, 0n)]), `0: immediate ${1n << 40n} does not fit 32 bits`);
  assert.is(text('MOVQ', [mem(0, 0n, 4), gpr(1)]), '0: SP cannot be an index');
  assert.is(text('NOSUCH', []), '-1: no instruction NOSUCH');
  assert.match(text('MOVB', [r8legacy[4]!, mem(8, 0n)]), /AH, BH, CH and DH/);
});

Encode.run();
