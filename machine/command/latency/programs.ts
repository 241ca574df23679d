/** The guest programs, for both instruction sets. Marks are breakpoints. `x` is data whose first 2 MiB boundary counts: in SI, or R1. */
import type { Arch } from '../../config.js';
import { hugeBytes } from './bench.js';

/** How texts of one instruction set say what all programs say. */
interface Words {
  readonly base: string;
  readonly mark: string;
  count(n: number): string;
  again(label: string): string;
}

const words: Readonly<Record<Arch, Words>> = {
  amd64: { base: `LEAQ x+${hugeBytes - 1}(SB), SI\nANDQ $~${hugeBytes - 1}, SI`, mark: 'BYTE $0xcc', count: (n) => `MOVQ $${n}, CX`, again: (label) => `DECQ CX\nJNZ ${label}` },
  arm64: { base: `MOVD $x+${hugeBytes - 1}(SB), R1\nAND $~${hugeBytes - 1}, R1`, mark: 'BRK $0', count: (n) => `MOVD $${n}, R2`, again: (label) => `SUBS $1, R2\nBNE ${label}` },
};

/** The bodies that are repeated, and how often a loop's round has them. */
interface Body {
  readonly setup: string;
  readonly body: string;
}
const unrolled = 8;

const bodies: Readonly<Record<'chase' | 'locked' | 'forward', Readonly<Record<Arch, Body>>>> = {
  chase: { amd64: { setup: 'MOVQ SI, AX', body: 'MOVQ (AX), AX' }, arm64: { setup: 'MOVD R1, R3', body: 'MOVD (R3), R3' } },
  locked: { amd64: { setup: 'MOVQ $1, AX', body: 'LOCK\nXADDQ AX, (SI)' }, arm64: { setup: 'MOVD $1, R3', body: 'LDADDALD R3, (R1), R3' } },
  forward: { amd64: { setup: 'XORQ AX, AX', body: 'MOVQ AX, (SI)\nMOVQ (SI), AX' }, arm64: { setup: 'MOVD $0, R3', body: 'MOVD R3, (R1)\nMOVD (R1), R3' } },
};

const lines = (...parts: readonly string[]): string => parts.join('\n');

const program = (text: string, dataBytes: number): string => lines('TEXT main(SB), NOSPLIT|NOFRAME, $0', text, `GLOBL x(SB), NOPTR, $${dataBytes + hugeBytes}`, '');

/** `warm` rounds of a body, a mark, `rounds` more, a mark; a round has `unrolled` of them. */
export function repeated(arch: Arch, what: keyof typeof bodies, warm: number, count: number, dataBytes: number): { readonly text: string; readonly times: number } {
  const w = words[arch];
  const { setup, body } = bodies[what][arch];
  const rounds = Math.ceil(count / unrolled);
  const loop = (label: string, n: number): string => lines(w.count(n), `${label}:`, ...new Array<string>(unrolled).fill(body), w.again(label));
  return { text: program(lines(w.base, setup, loop('warm', Math.max(1, Math.ceil(warm / unrolled))), w.mark, loop('round', rounds), w.mark), dataBytes), times: rounds * unrolled };
}

/** Branches on the bits of the words of `x`, 64 a word: after a pass to warm up, marks around `rounds` more. */
export function branches(arch: Arch, wordsOfData: number, rounds: number): string {
  const w = words[arch];
  const bit = (n: number): string => (arch === 'amd64' ? `SHRQ $1, DX\nJCC over${n}\nINCQ BX\nover${n}:` : `TBZ $${n}, R4, over${n}\nADD $1, R5\nover${n}:`);
  const pass = arch === 'amd64'
    ? lines('LEAQ (SI), DI', `MOVQ $${wordsOfData}, R8`, 'word:', 'MOVQ (DI), DX', 'ADDQ $8, DI', ...Array.from({ length: 16 }, (_, n) => bit(n)), 'DECQ R8', 'JNZ word')
    : lines('MOVD R1, R6', `MOVD $${wordsOfData}, R7`, 'word:', 'MOVD.P 8(R6), R4', ...Array.from({ length: 16 }, (_, n) => bit(n)), 'SUBS $1, R7', 'BNE word');
  return program(lines(w.base, w.count(rounds), 'round:', w.mark, pass, w.again('round'), w.mark), 8 * wordsOfData);
}

/**
 * Core 0 writes to `count` lines and says so; core 1 then follows the chain through them, between two marks. Before that it follows the word behind the flag, which
 * leads to itself, so that the code is there.
 */
export function transfer(arch: Arch, count: number, lineBytes: number): { readonly text: string; readonly selfAt: number } {
  const w = words[arch];
  const flag = 2 * lineBytes * count;
  const chase = lines('again:', w.count(count / unrolled), 'load:', ...new Array<string>(unrolled).fill(bodies.chase[arch].body), w.again('load'));
  const text = arch === 'amd64'
    ? lines(w.base, 'TESTQ DI, DI', 'JNZ reader', 'LEAQ (SI), DX', w.count(count), 'write:', 'MOVQ DI, 8(DX)', `ADDQ $${lineBytes}, DX`, w.again('write'), 'MFENCE',
      `MOVQ $1, ${flag}(SI)`, 'done:', 'PAUSE', 'JMP done',
      'reader:', `LEAQ ${flag + 8}(SI), AX`, 'XORL R9, R9', chase, 'TESTQ R9, R9', 'JNZ over', 'MOVQ $1, R9',
      'wait:', 'PAUSE', `MOVQ ${flag}(SI), AX`, 'TESTQ AX, AX', 'JZ wait', bodies.chase[arch].setup, w.mark, 'JMP again', 'over:', w.mark)
    : lines(w.base, 'CBNZ R0, reader', 'MOVD R1, R4', w.count(count), 'write:', 'MOVD R0, 8(R4)', `ADD $${lineBytes}, R4`, w.again('write'), 'DMB $11',
      'MOVD $1, R5', `MOVD $${flag}, R6`, 'MOVD R5, (R1)(R6)', 'done:', 'YIELD', 'B done',
      'reader:', `MOVD $${flag}, R6`, 'ADD R6, R1, R3', 'ADD $8, R3', 'MOVD $0, R9', chase, 'CBNZ R9, over', 'MOVD $1, R9',
      'wait:', 'YIELD', 'MOVD (R1)(R6), R3', 'CBZ R3, wait', bodies.chase[arch].setup, w.mark, 'B again', 'over:', w.mark);
  return { text: program(text, flag + lineBytes), selfAt: flag + 8 };
}

/** System calls by number: [amd64, arm64]. */
const calls = { getppid: [110, 173], exit: [231, 94], futex: [202, 98], clone: [56, 220], write: [1, 64] } as const;

const call = (arch: Arch, name: keyof typeof calls): string => (arch === 'amd64' ? `MOVL $${calls[name][0]}, AX\nSYSCALL` : `MOVD $${calls[name][1]}, R8\nSVC`);
const leave = (arch: Arch): string => lines(arch === 'amd64' ? 'XORL DI, DI' : 'MOVD $0, R0', call(arch, 'exit'));

/** For the kernel: `n` calls of getppid. */
export function nullCalls(arch: Arch, n: number): string {
  const again = arch === 'amd64' ? 'DECQ BX\nJNZ next' : 'SUBS $1, R19\nBNE next';
  return program(lines(arch === 'amd64' ? `MOVQ $${n}, BX` : `MOVD $${n}, R19`, 'next:', call(arch, 'getppid'), again, leave(arch)), 8);
}

/** For the kernel: a store to each of `n` pages that nobody has touched. */
export function faults(arch: Arch, n: number): string {
  const w = words[arch];
  const body = arch === 'amd64' ? 'MOVQ $1, (SI)\nADDQ $4096, SI' : 'MOVD $1, R3\nMOVD R3, (R1)\nADD $4096, R1';
  return program(lines(w.base, w.count(n), 'next:', body, w.again('next'), leave(arch)), 4096 * n);
}

/**
 * For the kernel: two threads pass a word to and fro, `n` times each. Whose turn it is not sleeps on the word; who has had it wakes the other. One call to wake and
 * one to sleep a pass. Before it passes the word on, a thread counts to `delay`.
 */
export function passing(arch: Arch, n: number, delay: number): string {
  const flags = 0x50f00; // threads of one process
  if (arch === 'amd64') {
    const futex = (op: number, value: string): string => lines('LEAQ x(SB), DI', `MOVL $${op}, SI`, value, 'XORL R10, R10', call(arch, 'futex'));
    return program(lines(`MOVQ $${flags}, DI`, 'LEAQ x+65536(SB), SI', 'XORL DX, DX', 'XORL R10, R10', 'XORL R8, R8', call(arch, 'clone'), 'XORL R12, R12', 'TESTQ AX, AX', 'JNZ parent', 'MOVL $1, R12', 'parent:',
      'MOVL R12, R13', 'XORL $1, R13', `MOVQ $${n}, BX`,
      'turn:', 'MOVL x(SB), AX', 'CMPL AX, R12', 'JEQ mine', futex(128, 'MOVL R13, DX'), 'JMP turn',
      'mine:', `MOVQ $${delay}, R14`, 'count:', 'DECQ R14', 'JNZ count', 'MOVL R13, x(SB)', futex(129, 'MOVL $1, DX'), 'DECQ BX', 'JNZ turn', 'TESTL R12, R12', 'JZ wait', leave(arch),
      'wait:', 'MOVL x(SB), AX', 'TESTL AX, AX', 'JZ over', futex(128, 'MOVL $1, DX'), 'JMP wait', 'over:', leave(arch)), 65536);
  }
  const futex = (op: number, value: string): string => lines('MOVD $x(SB), R0', `MOVD $${op}, R1`, value, 'MOVD $0, R3', call(arch, 'futex'));
  return program(lines(`MOVD $${flags}, R0`, 'MOVD $x+65536(SB), R1', 'MOVD $0, R2', 'MOVD $0, R3', 'MOVD $0, R4', call(arch, 'clone'), 'MOVD $0, R20', 'CBNZ R0, parent', 'MOVD $1, R20', 'parent:',
    'EOR $1, R20, R21', `MOVD $${n}, R19`, 'MOVD $x(SB), R22',
    'turn:', 'MOVWU (R22), R5', 'CMP R20, R5', 'BEQ mine', futex(128, 'MOVD R21, R2'), 'B turn',
    'mine:', `MOVD $${delay}, R6`, 'count:', 'SUBS $1, R6', 'BNE count', 'MOVW R21, (R22)', futex(129, 'MOVD $1, R2'), 'SUBS $1, R19', 'BNE turn', 'CBZ R20, wait', leave(arch),
    'wait:', 'MOVWU (R22), R5', 'CBZ R5, over', futex(128, 'MOVD $1, R2'), 'B wait', 'over:', leave(arch)), 65536);
}
