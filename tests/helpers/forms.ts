/** Sample instructions of a row: its operands as registers, and as memory where that fits. Encoded, so that they have bytes. */
import { isFault } from '../../isa/isa.js';
import { decode } from '../../isa/x86/decode.js';
import { encodeInsn, isEncodeFailure } from '../../isa/x86/encode.js';
import { From, Space, type Form, type OperandForm } from '../../isa/x86/form.js';
import { r64, registers } from '../../isa/x86/operands.js';
import { formOf } from '../../isa/x86/table.js';
import type { Insn, MemOperand, Operand, Row } from '../../isa/row.js';

/** Where samples stand; branches go 0x40 further. */
export const samplePc = 0x1000;

/** Register numbers by operand position: low ones, so that every form can have them. */
const numbers = [3, 1, 2, 5];

function memory(o: OperandForm, position: number): MemOperand {
  const plain = { kind: 'mem', bits: o.memBits, scale: 1, seg: undefined, rip: false, addr32: false } as const;
  if (o.from === From.Source) return { ...plain, base: r64[6]!, index: undefined, disp: 0n };
  if (o.from === From.Destination) return { ...plain, base: r64[7]!, index: undefined, disp: 0n };
  if (o.from === From.Moffs) return { ...plain, base: undefined, index: undefined, disp: 0x12345678n };
  if (o.vsib) return { ...plain, base: r64[12]!, index: registers(o.vsib, 0)[6]!, scale: 4, disp: 0x40n };
  return position % 2 ? { ...plain, base: r64[3]!, index: undefined, disp: 0x40n } : { ...plain, base: r64[12]!, index: r64[7]!, scale: 4, disp: 0x40n };
}

function operand(form: Form, o: OperandForm, position: number, asMemory: boolean): Operand {
  if (o.fixed) return o.fixed;
  if (o.from === From.Imm) return { kind: 'imm', value: o.bits === 8 ? 5n : o.bits === 16 ? 0x1234n : o.bits === 32 ? 0x12345678n : 0x123456789abcdefn, bits: o.bits };
  if (o.from === From.Rel) return { kind: 'rel', target: BigInt(samplePc + 0x40), bits: o.bits };
  if (o.memBits >= 0 && (asMemory || o.file === '')) return memory(o, position);
  // CR1 does not exist; digits 0 to 3 of 0F 18 are prefetches
  const number = o.file === 'cr' ? 3 : form.name === 'nop' ? 5 : numbers[position]!;
  return registers(o.file, o.bits)[number]!;
}

/** One or two instructions of the row. Throws when the row cannot be encoded or decodes as another row. */
export function samplesOf(row: Row): Insn[] {
  const form = formOf(row);
  const ways = form.operands.some((o) => o.memBits >= 0 && o.file !== '' && o.from === From.Rm) ? [false, true] : [false];
  return ways.map((asMemory) => {
    const ops = form.operands.map((o, i) => operand(form, o, i, asMemory));
    const gather = form.operands.some((o) => o.vsib);
    const evex = form.space === Space.Evex ? { mask: gather ? 1 : 0, zero: false, b: false, length: 0 } : undefined;
    const draft: Insn = { row, ops, pc: samplePc, length: 0, next: 0n, here: 0n, lock: false, rep: undefined, bytes: new Uint8Array() };
    const encoded = encodeInsn(draft, { evex });
    if (isEncodeFailure(encoded)) throw new Error(`${row.form}: ${encoded.reason}`);
    const insn = decode(encoded.bytes, 0, samplePc);
    if (isFault(insn)) throw new Error(`${row.form}: ${hexOf(encoded.bytes)} ${insn}`);
    if (insn.row !== row) throw new Error(`${row.form} (${row.encoding}): ${hexOf(encoded.bytes)} decodes as ${insn.row.form} (${insn.row.encoding})`);
    return insn;
  });
}

export const hexOf = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');
export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' ').map((b) => parseInt(b, 16)));
