/** The language around instructions: macros, includes, conditions, expressions, names. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleObjects, type AssembleOptions, type ObjectFile } from '../../asm/assemble.js';
import { Diagnostics, formatDiagnostic } from '../../asm/diag.js';
const Source = suite('asm source');

function object(text: string, options: AssembleOptions = {}): ObjectFile {
  const diagnostics = new Diagnostics();
  const [o] = assembleObjects([{ name: 't.s', text }], options, diagnostics);
  assert.equal(diagnostics.sorted().map((d) => formatDiagnostic(d)), []);
  return o!;
}

/** The code of a function that holds the given lines, as hex. */
const code = (lines: string, before = '', options: AssembleOptions = {}): string =>
  Buffer.from(object(`${before}\nTEXT f(SB), 516, $0\n${lines}\n`, options).symbols[0]!.bytes).toString('hex');

/** A constant, as the 64-bit data it makes. */
function value(expression: string): bigint {
  const o = object(`DATA x(SB)/8, $${expression}\nGLOBL x(SB), 16, $8\n`);
  return new DataView(o.symbols[0]!.bytes.buffer).getBigInt64(0, true);
}

Source('expressions have the operators and precedence of Go', () => {
  const cases: [string, bigint][] = [
    ['(1+2*3)', 7n], ['(1|2^3&1)', 2n], ['~15', -16n], ['-1', -1n], ['(1<<63)', -(2n ** 63n)], ['(7/2*2)', 6n], ['(17%5)', 2n], ['(1<<4>>2)', 4n],
    ["'a'", 97n], ["'\\n'", 10n], ["'\\x7f'", 127n], ["'\\''", 39n], ["'\u00e9'", 233n], ['0x_ff', 255n], ['0b101', 5n], ['0o17', 15n], ['017', 15n], ['1_000', 1000n],
    ['0xffffffffffffffff', -1n], ['(- -3)', 3n], ['(2+3)*4', 20n], ['-(1<<3)+1', -7n],
  ];
  assert.equal(cases.map(([text]) => value(text)), cases.map(([, want]) => want));
});

Source('strings and floats become bytes', () => {
  const o = object(`
DATA s+0(SB)/8, $"a\\t\\"\\\\\\x00\\101"
DATA s+8(SB)/8, $"\u00b5\\u20ac"
DATA s+16(SB)/4, $1.5
DATA s+20(SB)/4, $-0.25
DATA s+24(SB)/8, $(1.0e3)
GLOBL s(SB), 8, $40
`);
  assert.is(Buffer.from(o.symbols[0]!.bytes).toString('hex'), '6109225c00410000' + 'c2b5e282ac000000' + '0000c03f' + '000080be' + '0000000000408f40');
});

Source('macros: plain, with arguments, over several lines, in each other and in their own arguments', () => {
  const defs = `
#define NINE 9
#define LOAD(v, r) MOVL $v, r
#define BOTH(a, b) \\
	LOAD(a, AX) \\
	LOAD(b, CX)
#define EMPTY
#define NOARGS() LOAD(NINE, DX)
#define NEST(x) (x + 1)
`;
  assert.is(code('BOTH(NINE, 2)', defs), 'b809000000b902000000');
  assert.is(code('EMPTY NOARGS() EMPTY', defs), 'ba09000000');
  assert.is(code('MOVL $NEST(NEST(1)), AX', defs), 'b803000000');
  assert.is(code('LOAD: NOP; JMP LOAD', defs), 'ebfe'); // without its parentheses a name is a name
});

Source('#define, #undef and conditions follow the text', () => {
  const text = (n: string): string => `
#ifdef ${n}
	MOVL $1, AX
#ifndef OTHER
	MOVL $2, AX
#else
	BAD
#endif
#else
	MOVL $3, AX
#endif
#define OTHER 1
#ifdef OTHER
	MOVL $4, AX
#undef OTHER
#endif
#ifdef OTHER
	MOVL $5, AX
#endif
`;
  assert.is(code(text('GOARCH_amd64')), 'b801000000b802000000b804000000');
  assert.is(code(text('GOARCH_arm64')), 'b803000000b804000000');
  assert.is(code(text('MINE'), '', { defines: { MINE: '1' } }), 'b801000000b802000000b804000000');
  assert.is(code('#ifdef NEVER\n\tanything: "goes \'\n\t#nonsense\n#endif\n\tRET'), 'c3');
});

Source('an included file adds its macros, and its errors carry its own name and text', () => {
  const include = (name: string): string | undefined => ({ 'a.h': '#include "b.h"\n#define TWO (ONE+1)', 'b.h': '#define ONE 1\n' })[name];
  assert.is(code('MOVL $TWO, AX', '#include "a.h"', { include }), 'b802000000');
  const diagnostics = new Diagnostics();
  assembleObjects([{ name: 't.s', text: '#include "bad.h"\n' }], { include: () => 'TEXT f(SB), 4, $0\n\tNOPE\n' }, diagnostics);
  assert.equal(diagnostics.sorted().map((d) => `${d.file}:${d.line}:${d.col} ${d.text}`), ['bad.h:2:2 \tNOPE']);
});

Source('statements end at newlines and semicolons, comments vanish, labels may share a line', () => {
  assert.is(code('a: b: MOVL $1, AX; MOVL $2, AX // ; MOVL $3, AX\n/* one\ntwo */ c: JMP c; JMP a;;'), 'b801000000b802000000ebfeebf2');
});

Source('names: a dot for the middle dot, the package before a leading one, local names apart', () => {
  const o = object('TEXT \u00b7f(SB), 4, $0\nTEXT a\u2215b\u00b7g(SB), 4, $0\nTEXT f<>(SB), 4, $0\nTEXT plain(SB), 4, $0\n', { pkgpath: 'runtime' });
  assert.equal(o.symbols.map((s) => (s.local ? `${s.name}<>` : s.name)), ['runtime.f', 'a/b.g', 'f<>', 'plain']);
});

Source('the old register pair AX:DX is DX, AX', () => {
  assert.is(code('SHLL $3, AX:DX'), code('SHLL $3, DX, AX'));
});

Source('every line of code knows its source line, also out of macros', () => {
  const o = object('#define TWICE(x) INCQ x; INCQ x\nTEXT f(SB), 516, $0\n\tNOP\n\tTWICE(AX)\n\n\tRET\n');
  assert.equal(o.symbols[0]!.lines.map((l) => [l.offset, l.at.line]), [[0, 4], [6, 6]]);
});

Source.run();
