/**
 * What the bytes of a decoded instruction say beyond its operands: which prefixes stand there, how wide the
 * displacement is, EVEX decorations. Only printers ask, so decoding does not keep it.
 */
import type { Insn } from '../row.js';
import { Space, type Form } from './form.js';

export interface Layout {
  /** Legacy and REX prefixes as they stand. */
  readonly prefixes: readonly number[];
  /** REX right before the opcode, or 0. */
  readonly rex: number;
  /** Index of the ModRM byte, or -1. */
  readonly modrmAt: number;
  readonly modrm: number;
  /** SIB byte, or -1. */
  readonly sib: number;
  readonly dispBytes: number;
  /** EVEX: opmask number, zeroing, broadcast or rounding bit, vector length or rounding mode. */
  readonly mask: number;
  readonly zero: boolean;
  readonly b: boolean;
  readonly length: number;
}

const isPrefix = (byte: number): boolean =>
  byte === 0x66 || byte === 0x67 || byte === 0xf0 || byte === 0xf2 || byte === 0xf3 || byte === 0x26 || byte === 0x2e || byte === 0x36 || byte === 0x3e ||
  byte === 0x64 || byte === 0x65 || (byte & 0xf0) === 0x40;

export function layoutOf(insn: Insn, form: Form): Layout {
  const bytes = insn.bytes;
  let at = 0;
  while (isPrefix(bytes[at]!)) at++;
  const prefixes = [...bytes.subarray(0, at)];
  const last = at > 0 ? bytes[at - 1]! : 0;
  const rex = (last & 0xf0) === 0x40 ? last : 0;
  let p2 = 0;
  if (form.space === Space.Evex) {
    p2 = bytes[at + 3]!;
    at += 5;
  } else if (form.space === Space.Vex) at += bytes[at] === 0xc5 ? 3 : 4;
  else at += form.map === 0 || form.map > 3 ? 1 : form.map === 1 ? 2 : 3;
  const modrmAt = form.modrm ? at : -1;
  const modrm = form.modrm ? bytes[at]! : 0;
  const memory = form.modrm && insn.ops.some((o, i) => o.kind === 'mem' && form.operands[i]!.memBits >= 0);
  const sib = memory && (modrm & 7) === 4 ? bytes[at + 1]! : -1;
  const mod = modrm >> 6;
  const dispBytes = !memory ? 0 : mod === 1 ? 1 : mod === 2 || (mod === 0 && ((modrm & 7) === 5 || (sib >= 0 && (sib & 7) === 5))) ? 4 : 0;
  return { prefixes, rex, modrmAt, modrm, sib, dispBytes, mask: p2 & 7, zero: p2 >= 0x80, b: (p2 & 0x10) !== 0, length: (p2 >> 5) & 3 };
}
