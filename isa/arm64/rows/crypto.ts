/** AES, SHA-1, SHA-256, SHA-512 and SHA-3 instructions: helpers of isa/soft/a64crypto.ts, or vector operations. Arm ARM C7.2. */
import type { IrBuilder, Value } from '../../ir.js';
import type { Lift } from '../../row.js';
import { decryptRound, encryptRound, mixColumns, unmixColumns } from '../aes.js';
import { known, reg } from '../lift.js';
import { a64, type RowDraft } from '../notation.js';
import { lane, putVec, vec } from '../vector.js';

/** The helper gets the destination, if it takes part, then the other vectors. */
const call = (name: string, first: number, count: number): Lift => (b, insn) =>
  putVec(b, reg(insn, 0), b.call('v128', `a64_${name}`, ...Array.from({ length: count }, (_, i) => vec(b, reg(insn, first + i)))));

type Round = (b: IrBuilder, v: Value) => Value;
const keyed = (round: Round): Lift => (b, insn) => putVec(b, reg(insn, 0), round(b, b.op('v128.xor', vec(b, reg(insn, 0)), vec(b, reg(insn, 1)))));
const mixed = (round: Round): Lift => (b, insn) => putVec(b, reg(insn, 0), round(b, vec(b, reg(insn, 1))));

const rotateLeft1: Lift = (b, insn) => {
  const m = vec(b, reg(insn, 2));
  const turned = b.op('v128.or', lane(b, 64, 'shl', m, b.i32(1)), lane(b, 64, 'shr_u', m, b.i32(63)));
  putVec(b, reg(insn, 0), b.op('v128.xor', vec(b, reg(insn, 1)), turned));
};
const xorRotate: Lift = (b, insn) => {
  const x = b.op('v128.xor', vec(b, reg(insn, 1)), vec(b, reg(insn, 2)));
  const by = known(insn, 3);
  putVec(b, reg(insn, 0), by === 0 ? x : b.op('v128.or', lane(b, 64, 'shr_u', x, b.i32(by)), lane(b, 64, 'shl', x, b.i32(64 - by))));
};

export const cryptoRows: readonly RowDraft[] = [
  ...([['AESE', '00100', 'rw r', keyed(encryptRound)], ['AESD', '00101', 'rw r', keyed(decryptRound)], ['AESMC', '00110', 'w r', mixed(mixColumns)], ['AESIMC', '00111', 'w r', mixed(unmixColumns)]] as const).map(([name, opcode, access, lift]) =>
    a64(name, `${name} Vd.16B, Vn.16B`, `01001110 00 10100 ${opcode} 10 Rn:5 Rd:5`, { cls: 'crypto', feature: 'AES', access, lift })),
  ...([['SHA1C', '000'], ['SHA1P', '001'], ['SHA1M', '010']] as const).map(([name, opcode]) =>
    a64(name, `${name} Qd, Sn, Vm.4S`, `01011110 000 Rm:5 0 ${opcode} 00 Rn:5 Rd:5`, { cls: 'crypto', feature: 'SHA1', access: 'rw r r', lift: call(name.toLowerCase(), 0, 3) })),
  a64('SHA1SU0', 'SHA1SU0 Vd.4S, Vn.4S, Vm.4S', '01011110 000 Rm:5 0 011 00 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA1', access: 'rw r r', lift: call('sha1su0', 0, 3) }),
  a64('SHA1H', 'SHA1H Sd, Sn', '01011110 00 10100 00000 10 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA1', access: 'w r', lift: call('sha1h', 1, 1) }),
  a64('SHA1SU1', 'SHA1SU1 Vd.4S, Vn.4S', '01011110 00 10100 00001 10 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA1', access: 'rw r', lift: call('sha1su1', 0, 2) }),
  a64('SHA256H', 'SHA256H Qd, Qn, Vm.4S', '01011110 000 Rm:5 0 100 00 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA2', access: 'rw r r', lift: call('sha256h', 0, 3) }),
  a64('SHA256H2', 'SHA256H2 Qd, Qn, Vm.4S', '01011110 000 Rm:5 0 101 00 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA2', access: 'rw r r', lift: call('sha256h2', 0, 3) }),
  a64('SHA256SU1', 'SHA256SU1 Vd.4S, Vn.4S, Vm.4S', '01011110 000 Rm:5 0 110 00 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA2', access: 'rw r r', lift: call('sha256su1', 0, 3) }),
  a64('SHA256SU0', 'SHA256SU0 Vd.4S, Vn.4S', '01011110 00 10100 00010 10 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA2', access: 'rw r', lift: call('sha256su0', 0, 2) }),
  a64('SHA512H', 'SHA512H Qd, Qn, Vm.2D', '11001110 011 Rm:5 1 0 00 00 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA512', access: 'rw r r', lift: call('sha512h', 0, 3) }),
  a64('SHA512H2', 'SHA512H2 Qd, Qn, Vm.2D', '11001110 011 Rm:5 1 0 00 01 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA512', access: 'rw r r', lift: call('sha512h2', 0, 3) }),
  a64('SHA512SU1', 'SHA512SU1 Vd.2D, Vn.2D, Vm.2D', '11001110 011 Rm:5 1 0 00 10 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA512', access: 'rw r r', lift: call('sha512su1', 0, 3) }),
  a64('SHA512SU0', 'SHA512SU0 Vd.2D, Vn.2D', '11001110 110 00000 1000 00 Rn:5 Rd:5', { cls: 'crypto', feature: 'SHA512', access: 'rw r', lift: call('sha512su0', 0, 2) }),
  a64('VRAX1', 'RAX1 Vd.2D, Vn.2D, Vm.2D', '11001110 011 Rm:5 1 0 00 11 Rn:5 Rd:5', { cls: 'simd', feature: 'SHA3', access: 'w r r', lift: rotateLeft1 }),
  a64('VXAR', 'XAR Vd.2D, Vn.2D, Vm.2D, #=imm6', '11001110 100 Rm:5 imm6:6 Rn:5 Rd:5', { cls: 'simd', feature: 'SHA3', access: 'w r r r', lift: xorRotate }),
  a64('VEOR3', 'EOR3 Vd.16B, Vn.16B, Vm.16B, Va.16B', '11001110 000 Rm:5 0 Ra:5 Rn:5 Rd:5', {
    cls: 'simd logic', feature: 'SHA3', access: 'w r r r', lift: (b, insn) => putVec(b, reg(insn, 0), b.op('v128.xor', b.op('v128.xor', vec(b, reg(insn, 1)), vec(b, reg(insn, 2))), vec(b, reg(insn, 3)))) }),
  a64('VBCAX', 'BCAX Vd.16B, Vn.16B, Vm.16B, Va.16B', '11001110 001 Rm:5 0 Ra:5 Rn:5 Rd:5', {
    cls: 'simd logic', feature: 'SHA3', access: 'w r r r', lift: (b, insn) => putVec(b, reg(insn, 0), b.op('v128.xor', vec(b, reg(insn, 1)), b.op('v128.andnot', vec(b, reg(insn, 2)), vec(b, reg(insn, 3))))) }),
];
