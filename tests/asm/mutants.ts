/** Damaged sources: real ones with tokens, lines and bytes changed, and what the assembler answers to them. */
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic, type Source } from '../../asm/assemble.js';
import { readExecutable } from '../../isa/abi/elf.js';
import { assemblyIn, includeFor, programs, source } from '../helpers/guest.js';
import type { Random } from '../helpers/random.js';

/** The guest assembly of this repository and lines that use the whole grammar. */
export function originals(): Source[] {
  const paths = [...programs.map((p) => `programs/${p}/${p}.s`), ...assemblyIn('programs/lib'), ...assemblyIn('runtime')];
  return [...paths.map(source), { name: 'grammar.s', text: grammar }];
}

const grammar = `#include "textflag.h"
#define ONE 1
#define ADD3(a, b, c) ADDQ a, c; ADDQ b, c
#define LOOP3(x) \\
	DECQ x; \\
	JNZ loop
#ifdef GOARCH_amd64
#ifndef NOTHING
#undef ONE
#else
#endif
#endif
TEXT main(SB), NOSPLIT|NOFRAME, $16-24
	MOVQ x+8(FP), AX; MOVQ $~15, BX
	MOVQ $(1<<20 | 'a'), CX
loop:
	MOVQ (AX)(BX*8), R9
	ADD3(AX, BX, (CX))
	LOOP3(CX)
	MOVQ TLS, CX
	MOVQ 0(CX)(TLS*1), AX
	MOVSD $1.5e3, X1
	VADDPD.Z Z1, Z2, K1, Z3
	JMP 2(PC)
	REP; MOVSQ
	LOCK; CMPXCHGL DX, 4(R8)
	BYTE $0x90; LONG $-1
	PCALIGN $16
	CALL ·f<>(SB)
	JMP *table+8(SB)
	RET
TEXT ·f<>(SB), 0, $5000-0 /* big
frame */
	LEAQ y-8(SP), AX
	CALL (AX)
	RET
DATA table<>+0(SB)/8, $main+2(SB)
DATA table<>+8(SB)/4, $"ab\\x00\\n"
DATA table<>+12(SB)/4, $3.25
GLOBL table<>(SB), RODATA, $16
GLOBL table(SB), NOPTR, $16
`;

const words = ['(', ')', '$', ',', ';', ':', '"', "'", '\\', '#', '/*', '//', '\n', '\t', '+', '-', '*', '<<', '<>', '(SB)', '(FP)', '(SP)', '(PC)', 'AX', 'X1', 'Z31', 'K1', 'AH', 'TLS', '[Z0-Z3]',
  '0x7fffffffffffffff', '-1', '1e999', '18446744073709551616', '0x', '1_', '09', '\u00b7', '\u2215', '\u{1d400}', '\ud800', '\0', '#define M(x) M(x x)\nM(1)', '#include "a.s"', '#ifdef X', '#endif', '#else',
  'TEXT f(SB), 7, $0', 'TEXT f(SB), 0, $2147483647', 'GLOBL x(SB), 8, $2000000000', 'DATA x+2000000000(SB)/8, $1', 'PCALIGN $2048', 'VGATHERDPS Z1, K1, (AX)(Z2*4)', 'MOVQ', 'JNE', 'CALL', '.Z', '.BCST', '(AX)(SP*8)', '(TLS*1)'];

export function mutate(text: string, random: Random): string {
  let t = text;
  for (let n = 1 + random.below(4); n > 0; n--) t = once(t, random);
  return t;
}

function once(t: string, random: Random): string {
  const tokens = t.split(/(\s+|[(),;:$+*/<>-])/);
  const lines = t.split('\n');
  const i = random.below(tokens.length);
  const j = random.below(lines.length);
  const at = random.below(t.length + 1);
  const splice = (list: readonly string[], k: number, remove: number, ...add: string[]): string[] => [...list.slice(0, k), ...add, ...list.slice(k + remove)];
  switch (random.below(9)) {
    case 0: return splice(tokens, i, 1).join('');
    case 1: return splice(tokens, i, 1, random.pick(words)).join('');
    case 2: return splice(tokens, i, 0, random.pick(words)).join('');
    case 3: return splice(tokens, i, 1, random.pick(tokens)).join('');
    case 4: return splice(lines, j, 1 + random.below(3)).join('\n');
    case 5: return splice(lines, j, 0, random.pick(lines)).join('\n');
    case 6: return t.slice(0, at) + String.fromCharCode(random.below(256)) + t.slice(at + random.below(2));
    case 7: return t.slice(0, at);
    default: return splice(tokens, i, 1, ...new Array<string>(1 + random.below(300)).fill(tokens[i]!)).join('');
  }
}

export interface Tally {
  /** How many were assembled, and how many refused. */
  readonly good: number;
  readonly bad: number;
  /** Errors by their words, numbers and names left out. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly slowest: number;
}

/** Assembles `count` mutants; each gives an image or well-formed errors. */
export function tally(count: number, random: Random): Tally {
  const seeds = originals();
  const include = includeFor(['runtime/asm_amd64.s']);
  const kinds = new Map<string, number>();
  let good = 0;
  let slowest = 0;
  for (let n = 0; n < count; n++) {
    const seed = random.pick(seeds);
    const text = mutate(seed.text, random);
    const start = performance.now();
    const entry = random.below(4) === 0 ? undefined : 'main';
    let result;
    try {
      result = assemble([{ name: seed.name, text: random.below(2) === 0 ? text : `${text}\nTEXT main(SB), 4, $0\n\tRET\n` }], { include: (name) => (name === 'a.s' ? text : include(name)), ...(entry !== undefined && { entry }) });
    } catch (e) {
      throw new Error(`mutant ${n} of ${seed.name}: ${(e as Error).stack}\n${text}`);
    }
    slowest = Math.max(slowest, performance.now() - start);
    if (result.image) {
      readExecutable(result.image, { arch: 'amd64' });
      good++;
    } else check(result.diagnostics, kinds);
  }
  return { good, bad: count - good, kinds, slowest };
}

type Diagnostics = ReturnType<typeof assemble>['diagnostics'];

function check(diagnostics: Diagnostics, kinds: Map<string, number>): void {
  assert.ok(diagnostics.length > 0, 'no image and no error');
  for (const d of diagnostics) {
    const shown = formatDiagnostic(d);
    assert.not.match(d.message, /\bundefined\b(?! symbol| label)|\[object|\bNaN\b/);
    assert.ok(shown.split('\n').length <= 3);
    if (d.line > 0) assert.ok(d.col >= 1 && d.col <= d.text.length + 2, `column ${d.col} of ${JSON.stringify(d.text)}`);
    const kind = d.message.replace(/\(in macro .*\)/, '').replace(/[^a-z ]+[^ ]*|\b[a-z]*[^a-z ][^ ]*/g, '…');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
}
