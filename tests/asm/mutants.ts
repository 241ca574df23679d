/** Damaged sources: real ones with tokens, lines and bytes changed, and what the assembler answers to them. */
import * as assert from 'uvu/assert';
import { archOfName, assemble, formatDiagnostic, type Arch, type Source } from '../../asm/assemble.js';
import { readExecutable } from '../../isa/abi/elf.js';
import { assemblyIn, includeFor, programs, source } from '../helpers/guest.js';
import type { Random } from '../helpers/random.js';

/** The guest assembly of this repository and lines that use the whole grammar. */
export function originals(arch: Arch): Source[] {
  const paths = [...['lib', ...programs].flatMap((name) => assemblyIn(`programs/${name}`)), ...assemblyIn('runtime')];
  const own = paths.filter((path) => (archOfName(path) ?? 'amd64') === arch);
  return [...own.map(source), { name: 'grammar.s', text: grammars[arch] }];
}

const amd64 = `#include "textflag.h"
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

const arm64 = `#include "textflag.h"
#define ONE 1
#define ADD3(a, b, c) ADD a, c; ADD b, c
#define LOOP3(x) \\
	SUBS $1, x; \\
	BNE loop
#ifdef GOARCH_arm64
#ifndef NOTHING
#undef ONE
#else
#endif
#endif
TEXT main(SB), NOSPLIT, $16-24
	MOVD x+8(FP), R0; MOVD $~15, R1
	MOVD $(1<<20 | 'a'), R2
loop:
	MOVD (R0)(R1<<3), R9
	MOVWU (R0)(R1.UXTW<<2), R9
	ADD3(R0, R1, R2)
	LOOP3(R2)
	MOVD tls_g(SB), R27
	ADD R1.SXTW<<2, R2, R3
	AND R4@>7, R5
	MOVD $0x123456789abcdef0, R6
	MOVD.P 8(R0), R1; STP.W (R2, R3), -16(RSP)
	MOVD 0x12345678(R1), R2
	FMOVD $1.5e3, F1
	FMADDD F1, F2, F3, F4
	VLD1.P 32(R0), [V0.B16, V1.B16]
	VMOV V0.S[1], R3
	CSEL LO, R1, ZR, R2
	TBZ $3, R4, 2(PC)
	CASALD R1, (R2), R3
	DC ZVA, R1
	MRS TPIDR_EL0, R5
	PRFM (R1), PLDL1KEEP
	WORD $0xd503201f; DWORD $-1
	PCALIGN $16
	CALL ·f<>(SB)
	JMP (R3)
	RET
TEXT ·f<>(SB), 0, $5000-0 /* big
frame */
	MOVD $y-8(SP), R0
	BL (R0)
	RET
DATA table<>+0(SB)/8, $main+2(SB)
DATA table<>+8(SB)/4, $"ab\\x00\\n"
DATA table<>+12(SB)/4, $3.25
GLOBL table<>(SB), RODATA, $16
GLOBL tls_g(SB), TLSBSS, $8
`;
const grammars: Readonly<Record<Arch, string>> = { amd64, arm64 };

const words = ['(', ')', '$', ',', ';', ':', '"', "'", '\\', '#', '/*', '//', '\n', '\t', '+', '-', '*', '<<', '<>', '(SB)', '(FP)', '(SP)', '(PC)', 'AX', 'X1', 'Z31', 'K1', 'AH', 'TLS', '[Z0-Z3]',
  '0x7fffffffffffffff', '-1', '1e999', '18446744073709551616', '0x', '1_', '09', '\u00b7', '\u2215', '\u{1d400}', '\ud800', '\0', '#define M(x) M(x x)\nM(1)', '#include "a.s"', '#ifdef X', '#endif', '#else',
  'TEXT f(SB), 7, $0', 'TEXT f(SB), 0, $2147483647', 'GLOBL x(SB), 8, $2000000000', 'DATA x+2000000000(SB)/8, $1', 'PCALIGN $2048', 'VGATHERDPS Z1, K1, (AX)(Z2*4)', 'MOVQ', 'JNE', 'CALL', '.Z', '.BCST', '(AX)(SP*8)', '(TLS*1)',
  'R0', 'R27', 'RSP', 'ZR', 'g', 'F1', 'V1.B16', 'V31.S[3]', '[V0.B16, V1.B16]', '(R1, R2)', 'R1.UXTW<<2', 'R1@>3', '(R0)(R1<<3)', 'EQ', 'MOVD', 'ADD', 'BNE', 'BL', 'LDP', '.P', '.W', 'CBZ', 'TBNZ', 'VLD4R', 'TPIDR_EL0', 'PLDL1KEEP'];

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
export function tally(count: number, random: Random, arch: Arch): Tally {
  const seeds = originals(arch);
  const include = includeFor(seeds.map((seed) => seed.name));
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
      result = assemble([{ name: seed.name, text: random.below(2) === 0 ? text : `${text}\nTEXT main(SB), 4, $0\n\tRET\n` }], { arch, include: (name) => (name === 'a.s' ? text : include(name)), ...(entry !== undefined && { entry }) });
    } catch (e) {
      throw new Error(`mutant ${n} of ${seed.name}: ${(e as Error).stack}\n${text}`);
    }
    slowest = Math.max(slowest, performance.now() - start);
    if (result.image) {
      readExecutable(result.image, { arch });
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
