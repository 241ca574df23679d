/** Decoded instructions out of listings (bytes first, then whatever explains them; a line an instruction) and of vector files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFault, type DecodeFault } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import { decode as decodeA64 } from '../../isa/arm64/decode.js';
import { decode as decodeX86 } from '../../isa/x86/decode.js';
import { root } from './root.js';

function bytesOf(text: string): number[] {
  const bytes: number[] = [];
  for (const line of text.split('\n')) {
    for (const word of line.trim().split(/\s+/)) {
      if (!/^[0-9a-f]{2}$/.test(word)) break;
      bytes.push(parseInt(word, 16));
    }
  }
  return bytes;
}

function decoded(bytes: Uint8Array, pc: number, decode: typeof decodeX86): Insn[] {
  const insns: Insn[] = [];
  for (let at = 0; at < bytes.length; at += insns.at(-1)!.length) {
    const insn = decode(bytes, at, pc + at);
    if (isFault(insn)) throw new Error(`${insn} at byte ${at}`);
    insns.push(insn);
  }
  return insns;
}

export const x86Insns = (text: string, pc = 0x1000): Insn[] => decoded(Uint8Array.from(bytesOf(text)), pc, decodeX86);

/** A word a line, as objdump prints it: `8b020020`. */
export function a64Insns(text: string, pc = 0x1000): Insn[] {
  const words = [...text.matchAll(/^\s*([0-9a-f]{8})\b/gm)].map((m) => parseInt(m[1]!, 16));
  return decoded(new Uint8Array(Uint32Array.from(words).buffer), pc, decodeA64);
}

/** The column of a vector file that holds bytes, or an arm64 word, as instructions; what does not decode is left out. */
function vectors(name: string, column: number, decode: (bytes: Uint8Array) => Insn | DecodeFault): Insn[] {
  const lines = readFileSync(join(root, 'tests/vectors', name), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const hex = (line.split(';')[column] ?? '').trim();
    if (!/^[0-9a-f ]+$/.test(hex)) return [];
    const bytes = /^[0-9a-f]{8}$/.test(hex) ? hex.match(/../g)!.reverse() : hex.split(' ');
    const insn = decode(Uint8Array.from(bytes, (b) => parseInt(b, 16)));
    return isFault(insn) ? [] : [insn];
  });
}

/** A few instructions of every x86 form. */
export const x86Vectors = (...files: string[]): Insn[] => files.flatMap((f) => vectors(f, 0, (bytes) => decodeX86(bytes, 0, 0x1000)));
/** An instruction of every arm64 form. */
export const a64Vectors = (): Insn[] => vectors('arm64/qemu.txt', 1, (bytes) => decodeA64(bytes, 0, 0x1000));
