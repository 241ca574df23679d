import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic, type Arch } from '../../asm/assemble.js';
import { differences, goAssemble, goCommand, goLines, ourAssemble, ourLines } from '../helpers/goasm.js';
import { goHeaders, includeIn } from '../helpers/goheaders.js';
import { cacheDir, has, run } from '../helpers/oracle.js';
import { Random } from '../helpers/random.js';
import { tally } from './mutants.js';
import { arches, linesOf } from './arches.js';
const Asm = suite('asm, sampled');

for (const arch of arches) {
  Asm(`mutated sources of ${arch} are assembled or refused with errors that point at their text`, () => {
    const count = 700;
    const { good, bad, kinds, slowest } = tally(count, new Random(1), arch);
    console.log(`asm mutants, ${arch}: ${count}, ${good} assembled, ${bad} refused, ${kinds.size} kinds of errors, slowest ${slowest.toFixed(0)} ms`);
    assert.ok(kinds.size > 60);
    assert.ok(slowest < 4000);
  });
}

/** The same of arm64's own. */
function absurdArm64(): Readonly<Record<string, string>> {
  const lines = (n: number, line: (i: number) => string): string => `TEXT main(SB), 4, $0\n${Array.from({ length: n }, (_, i) => line(i)).join('')}`;
  return {
    branches: lines(20000, (i) => `L${i}:\n\tTBZ $1, R0, L${(i * 7919) % 20000}\n`),
    'branches that lengthen each other': lines(30000, (i) => `L${i}:\tTBZ $1, R0, L${Math.min(29999, i + 8189)}\n`),
    literals: lines(30000, (i) => `\tMOVD ${0x12345678 + 8 * i}(R0), R1\n`),
    'registers in lists': lines(20, () => `\tVLD1 (R0), [${'V0.B16, '.repeat(1e4)}V0.B16]\n`),
    constants: lines(30000, (i) => `\tADD $${BigInt(i) * 0x123456789abcdefn}, R1\n`),
  };
}

/** Sources made to be slow or deep. */
function absurd(): Readonly<Record<string, string>> {
  const text = 'TEXT main(SB), 4, $0\n';
  const lines = (n: number, line: (i: number) => string): string => text + Array.from({ length: n }, (_, i) => line(i)).join('');
  return {
    parentheses: `${text}\tMOVQ $${'('.repeat(1e5)}1${')'.repeat(1e5)}, AX\n`,
    signs: `${text}\tMOVQ $${'-'.repeat(1e5)}1, AX\n`,
    word: `${text}\t${'A'.repeat(1e6)} AX\n`,
    operands: `${text}\tMOVQ ${'AX, '.repeat(1e5)}AX\n`,
    digits: `${text}\tMOVQ $0x${'1'.repeat(1e6)}.0, AX\n`,
    'macros that double': `${Array.from({ length: 40 }, (_, i) => `#define B${i + 1} B${i}; B${i}\n`).join('')}#define B0 NOP\n${text}\tB40\n`,
    'arguments that double': `${Array.from({ length: 40 }, (_, i) => `#define A${i + 1}(x) A${i}(x x)\n`).join('')}#define A0(x) x\n${text}\tA40(NOP)\n`,
    conditions: '#ifdef X\n'.repeat(1e5) + text,
    comment: `${text}/*${'\n'.repeat(1e6)}`,
    'unknown words': lines(20000, (i) => `\tFOOBAR${i} AX\n`),
    'unknown symbols among many': lines(20000, (i) => `\tCALL g${i}(SB)\n`) + Array.from({ length: 20000 }, (_, i) => `GLOBL h${i}(SB), 16, $8\n`).join(''),
    branches: lines(20000, (i) => `L${i}:\n\tJNE L${(i * 7919) % 20000}\n`),
    'branches that lengthen each other': lines(6000, (i) => `L${i}:\tJNE L${Math.min(5999, i + 62)}\n`),
    'jumps to jumps': `${lines(20000, (i) => `L${i}:\n\tJMP L${i + 1}\n`)}L20000:\n\tRET\n`,
    functions: lines(20000, (i) => `TEXT f${i}(SB), 4, $0\n\tCALL f${(i + 1) % 20000}(SB)\n`),
    'no text': Array.from({ length: 3e5 }, (_, i) => String.fromCharCode((i * 7919) % 65536)).join(''),
  };
}

Asm('absurd sources are answered soon', () => {
  let slowest = { name: '', ms: 0 };
  const all = ([['amd64', absurd()], ['arm64', absurdArm64()]] as const).flatMap(([arch, sources]) => Object.entries(sources).map(([name, text]) => ({ arch, name, text })));
  for (const { arch, name, text } of all) {
    const start = process.cpuUsage();
    const { image, diagnostics } = assemble([{ name: 't.s', text }], { arch });
    assert.ok(image !== undefined || diagnostics.length > 0, name);
    for (const d of diagnostics) assert.ok(formatDiagnostic(d).length < 2000, name);
    const ms = process.cpuUsage(start).user / 1000;
    if (ms > slowest.ms) slowest = { name, ms };
    assert.ok(ms < 5000, `${name} took ${ms} ms`);
  }
  console.log(`absurd sources: ${all.length}, slowest '${slowest.name}' with ${slowest.ms.toFixed(0)} ms`);
});

Asm('arm64: literals in the middle of a long function, and branches at the ends of their reach, are where Go has them', () => {
  if (!has(goCommand)) return console.log('long functions against Go: skipped, no go');
  const filling = (n: number): string => '\tADD R0, R1\n'.repeat(n);
  const between = (n: number): string => `top:\n\tCBZ R0, end\n${filling(n)}\tCBNZ R0, top\nend:\n\tRET\n`;
  const load = '\tMOVD 0x12345678(R0), R1\n';
  const bodies: Readonly<Record<string, string>> = {
    literals: `${load}${filling(66000)}${load}\tMOVD -0x12345678(R0), R1\n${filling(66000)}${load}\tRET\n`,
    just: between(262139),
    beyond: between(262141),
    last: `${load}\tB out\nout:\n\tNOP\n`,
    aligned: `${load}\tPCALIGN $64\n\tRET\n\tPCALIGN $32\n`,
  };
  const path = join(cacheDir(), 'long.s');
  for (const [name, body] of Object.entries(bodies)) {
    const text = `TEXT \u00b7${name}(SB), 4, $0\n${body}`;
    writeFileSync(path, text);
    const go = goAssemble(path, 'pkg', [], 'arm64');
    const ours = ourAssemble('long.s', text, { arch: 'arm64', pkgpath: 'pkg' });
    if (typeof go === 'string' || typeof ours === 'string') throw new Error(`${name}: ${typeof go === 'string' ? go : ours as string}`);
    assert.equal(differences(ours, go), []);
  }
});

/** Assembly files of an instruction set under a folder, test data left out. */
function filesUnder(folder: string, arch: Arch): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    if (e.isDirectory()) return e.name === 'testdata' ? [] : filesUnder(join(folder, e.name), arch);
    return e.name.endsWith(`_${arch}.s`) ? [join(folder, e.name)] : [];
  });
}

/** The system that a file is for, where that is not Linux and its header matters. */
const systemOf = (file: string): string => /_(windows|darwin)_\w+\.s$/.exec(file)?.[1] ?? 'linux';

/** Files of GOROOT that cannot be compared, and why. */
const notCompared: Readonly<Record<string, string>> = {
  'runtime/sys_plan9_amd64.s': 'wants constants that the compiler knows on Plan 9 only',
  'runtime/sys_solaris_amd64.s': 'wants constants that the compiler knows on Solaris only',
};

for (const arch of arches) {
  Asm(`the assembly of the Go distribution for ${arch} gives the bytes and relocations of go tool asm`, () => {
    if (!has(goCommand)) return console.log('asm against GOROOT: skipped, no go');
    const goroot = run(goCommand, ['env', 'GOROOT']).stdout.trim();
    let same = 0;
    let bytes = 0;
    const refused: string[] = [];
    for (const file of filesUnder(join(goroot, 'src'), arch)) {
      const pkgpath = dirname(file).slice(join(goroot, 'src').length + 1);
      const folders = [dirname(file), join(goroot, 'pkg/include'), join(goHeaders(arch, systemOf(file)), pkgpath)];
      const go = goAssemble(file, pkgpath, folders, arch);
      if (typeof go === 'string') {
        refused.push(`${pkgpath}/${basename(file)}`);
        if (!(refused.at(-1)! in notCompared)) console.log(go.split('\n')[0]);
        continue;
      }
      const ours = ourAssemble(file, readFileSync(file, 'utf8'), { arch, pkgpath, include: includeIn(folders) });
      assert.equal(typeof ours === 'string' ? ours : differences(ours, go), [], file);
      same++;
      for (const s of go.values()) if (s.kind.startsWith('STEXT')) bytes += s.size;
    }
    console.log(`asm against GOROOT, ${arch}: ${same} files, ${bytes} bytes of code, all the same; ${refused.length} that Go itself refuses`);
    assert.equal(refused.filter((f) => !(f in notCompared)), []);
    assert.ok(same > 60);
  });

  Asm(`lines of every row of ${arch} get the bytes that Go gives them`, () => {
    if (!has(goCommand)) return console.log('asm lines against Go: skipped, no go');
    const lines = linesOf(arch, new Random(3), true);
    const go = goLines(lines, join(cacheDir(), 'all-lines.s'), arch);
    const want = lines.flatMap((line, i) => (go[i] === undefined ? [] : [[line, go[i]] as const]));
    const got = ourLines(want.map(([line]) => line), arch);
    const wrong = want.flatMap(([line, bytes], i) => (got[i] === bytes ? [] : [`${line}: ${got[i]}, Go ${bytes}`]));
    console.log(`asm lines, ${arch}: ${lines.length}, ${want.length} accepted by Go, ${wrong.length} different`);
    assert.equal(wrong, []);
  });
}

/** Lines of Go's own tests of its assembler that we refuse on purpose: constants that do not fit, which Go cuts. */
const cut = /does not fit 32 bits/;

Asm('lines of the tests of Go\'s arm64 assembler get the same bytes, and are refused together', () => {
  if (!has(goCommand)) return console.log('asm against the tests of Go\'s assembler: skipped, no go');
  const folder = join(run(goCommand, ['env', 'GOROOT']).stdout.trim(), 'src/cmd/asm/internal/asm/testdata');
  for (const name of ['arm64.s', 'arm64enc.s', 'arm64error.s']) {
    if (!existsSync(join(folder, name))) return console.log('asm against the tests of Go\'s assembler: skipped, not in this GOROOT');
    const text = readFileSync(join(folder, name), 'utf8').replace(/\/\/.*$/gm, '').replace(/\/\*.*?\*\//g, '');
    const places = /^(#|NOP|TEXT|DATA|GLOBL|PCALIGN|[a-z]\w*:)|^(B[A-Z]*|JMP|CALL|CBN?ZW?|TBN?Z|ADRP?|RET)\b.*(\(PC\)|[a-z])/;
    const known = ourLines(text.split('\n').map((l) => l.trim()), 'arm64');
    const lines = [...new Set(text.split('\n').map((l) => l.trim()).filter((l, i) => l !== '' && !places.test(l) && !cut.test(known[i]!)))];
    lines.push('NOOP'); // what follows the last line are the literals of all, whose loads count from where they stand
    const go = goLines(lines, join(cacheDir(), 'go-lines.s'), 'arm64');
    const ours = ourLines(lines, 'arm64');
    const refused = lines.filter((_, i) => go[i] === undefined).length;
    const wrong = lines.slice(0, -1).flatMap((l, i) => (go[i] === ours[i] || (go[i] === undefined && !/^[0-9a-f]*$/.test(ours[i]!)) ? [] : [`${l}: ${ours[i]}, Go ${go[i]}`]));
    console.log(`asm against Go's ${name}: ${lines.length} lines, ${refused} of them refused by both, ${wrong.length} different`);
    assert.equal(wrong, []);
  }
});

Asm.run();
