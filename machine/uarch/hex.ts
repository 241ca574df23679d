/** A block of machine code as hexadecimal digits, the way benchmark files of basic blocks write it. */
import { decode as decodeA64 } from '../../isa/arm64/decode.js';
import { isFault } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import { decode as decodeX86 } from '../../isa/x86/decode.js';

/** What is wrong with a block's text or bytes: one line. */
export class BlockError extends Error {}

const reasons = { truncated: 'the last instruction is cut off', invalid: 'no instruction', toolong: 'an instruction of more than 15 bytes' };

/** The instructions of `hex`, the first at address 0. Errors: BlockError. */
export function readBlock(isa: 'amd64' | 'arm64', hex: string): Insn[] {
  const wrong = /[^0-9a-fA-F]/.exec(hex);
  if (wrong) throw new BlockError(`'${wrong[0]}' at column ${wrong.index + 1} is no hexadecimal digit`);
  if (hex === '') throw new BlockError('no machine code');
  if (hex.length % 2 !== 0) throw new BlockError(`an odd number of hexadecimal digits (${hex.length})`);
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  const decode = isa === 'arm64' ? decodeA64 : decodeX86;
  const insns: Insn[] = [];
  for (let at = 0; at < bytes.length; at += insns.at(-1)!.length) {
    const insn = decode(bytes, at, at);
    if (isFault(insn)) throw new BlockError(`${reasons[insn]} at byte ${at} (${hex.slice(2 * at, 2 * at + 16)}${hex.length > 2 * at + 16 ? '...' : ''})`);
    insns.push(insn);
  }
  return insns;
}
