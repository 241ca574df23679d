/** Decoder and encoder on single instructions; whole binaries are compared in decode.all.ts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { encode, encodeInsn, isEncodeFailure } from '../../../isa/x86/encode.js';
import { gprOperand } from '../../../isa/x86/regs.js';
import { allRows, formOf } from '../../../isa/x86/table.js';
import type { Insn } from '../../../isa/row.js';

const Decode = suite('isa/x86 decode');

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' ').map((b) => parseInt(b, 16)));
const hexOf = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');
function insn(hex: string, pc = 0x1000): Insn {
  const d = decode(bytesOf(hex), 0, pc);
  if (isFault(d)) throw new Error(`${hex}: ${d}`);
  return d;
}

Decode('every row reads into a form', () => {
  for (const row of allRows()) formOf(row);
});

Decode('addq $0x10, rsp has its row, operands and length', () => {
  const i = insn('48 83 c4 10');
  assert.is(i.row.form, 'ADD r/m64, imm8');
  assert.equal(i.ops, [gprOperand(4, 64), { kind: 'imm', value: 16n, bits: 8 }]);
  assert.is(i.length, 4);
  assert.is(i.next, 0x1004n);
});

Decode('a rip-relative operand arrives as the absolute address', () => {
  const m = insn('48 03 05 10 00 00 00').ops[1]!;
  assert.ok(m.kind === 'mem' && m.rip && m.base === undefined);
  assert.is(m.kind === 'mem' && m.disp, 0x1017n);
});

Decode('a byte register is AH without REX and SPL with it', () => {
  assert.is((insn('00 e1').ops[1] as { high?: boolean }).high, true);
  assert.is((insn('40 00 e1').ops[1] as { high?: boolean }).high, false);
});

Decode('LOCK is valid only where a row allows it and the destination is memory', () => {
  assert.is(insn('f0 48 01 03').lock, true);
  assert.is(decode(bytesOf('f0 48 01 c3'), 0, 0), 'invalid');
  assert.is(decode(bytesOf('f0 48 39 03'), 0, 0), 'invalid');
});

Decode('cut-off bytes are truncated, sixteen are too long', () => {
  for (const n of [0, 1, 2, 3]) assert.is(decode(bytesOf('48 83 c4 10').subarray(0, n), 0, 0), 'truncated');
  assert.is(decode(bytesOf('66 66 66 66 66 66 66 66 66 66 66 66 66 66 01 c3'), 0, 0), 'toolong');
});

Decode('encode takes the first fitting row: imm8, then the accumulator, then imm32', () => {
  const ax = gprOperand(0, 64);
  const text = (v: bigint, r = ax): string => {
    const e = encode('ADDQ', [{ kind: 'imm', value: v, bits: 64 }, r]);
    return isEncodeFailure(e) ? e.reason : hexOf(e.bytes);
  };
  assert.is(text(1n), '48 83 c0 01');
  assert.is(text(1000n), '48 05 e8 03 00 00');
  assert.is(text(1000n, gprOperand(3, 64)), '48 81 c3 e8 03 00 00');
  assert.is(text(1n << 40n), `immediate ${1n << 40n} does not fit 32 bits`);
});

Decode('encoding a decoded instruction decodes alike', () => {
  for (const hex of ['48 83 c4 10', '00 e1', '40 00 e1', '48 03 05 10 00 00 00', '64 48 03 04 25 f8 ff ff ff', '67 03 44 88 7f', '42 03 04 a5 00 01 00 00', '41 03 45 00', '41 03 04 24']) {
    const i = insn(hex);
    const e = encodeInsn(i);
    assert.is(isEncodeFailure(e) ? e.reason : hexOf(e.bytes), hex);
  }
});

Decode.run();
