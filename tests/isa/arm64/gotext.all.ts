/** Text of a real Go arm64 image in Go syntax against `go tool objdump`: every word of its code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decode } from '../../../isa/arm64/decode.js';
import { printGo } from '../../../isa/arm64/printGo.js';
import { systemRegisterName } from '../../../isa/arm64/sysregs.js';
import { isFault } from '../../../isa/isa.js';
import { bytesOf } from '../../helpers/arm64/cases.js';
import { goCommand, has } from '../../helpers/oracle.js';
import { root } from '../../helpers/root.js';

const Text = suite('arm64 text in Go syntax');

/** A number or a spelling of a system register to its name. */
function named(register: string): string {
  const spelt = /^S([23])_(\d)_C(\d+)_C(\d+)_(\d)$/.exec(register);
  if (spelt) {
    const [op0, op1, crn, crm, op2] = spelt.slice(1).map(Number) as [number, number, number, number, number];
    return names[((op0 - 2) << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2] ?? register;
  }
  const n = Number(register.slice(1));
  return names[n] ?? systemRegisterName(n);
}
/** Those that have rows of their own. */
const names: Readonly<Record<number, string>> = {
  0x5a10: 'NZCV', 0x5a20: 'FPCR', 0x5a21: 'FPSR', 0x5a15: 'DIT', 0x5e82: 'TPIDR_EL0', 0x5e83: 'TPIDR2_EL0', 0x5807: 'DCZID_EL0', 0x5801: 'CTR_EL0', 0x5f02: 'CNTVCT_EL0', 0x5f00: 'CNTFRQ_EL0',
};

/** The tool's text as Go's assembler would read it: see printGo.ts. */
function readable(text: string): string {
  return text
    .replace(/\bR28\b/g, 'g')
    .replace(/\bR18\b/g, 'R18_PLATFORM')
    .replace(/^MOVW (R\d+|ZR|g), (R\d+|ZR|g)$/, 'MOVWU $1, $2')
    .replace(/^MRS (\$\d+)/, (_, n: string) => `MRS ${named(n)}`)
    .replace(/^(MSR .*, )(S\d_\w+)$/, (_, head: string, register: string) => head + named(register))
    .replace(/^(V(?:LD|ST)[2-4]R?) (\d+\(\w+\), |\[.*\], \d+\()/, '$1.P $2')
    .replace(/^(LDPSW .*), (\w+), (\w+)$/, '$1, ($3, $2)')
    .replace(/^LDURHW /, 'MOVHU ').replace(/^LDURBW? /, 'MOVBU ').replace(/^LDURSW /, 'MOVW ').replace(/^LDURS([BH]) /, 'MOV$1 ');
}

/** A constant that MOVD would load as a mask is moved by name. */
const byName = (want: string, got: string): boolean => /^MOV[DW] \$/.test(want) && got === want.replace(/^MOV[DW]/, 'MOVZ');

Text('every instruction of an image', () => {
  if (!has(goCommand)) return console.log('skipped: no go');
  const folder = mkdtempSync(join(tmpdir(), 'rt0-arm64-gotext-'));
  try {
    const image = join(folder, 'image');
    const built = spawnSync(goCommand, ['build', '-o', image, join(root, 'tests/programs/go/hello.go')], { env: { ...process.env, GOARCH: 'arm64', CGO_ENABLED: '0', GOFLAGS: '' }, encoding: 'utf8' });
    assert.is(built.status, 0, built.stderr);
    const listing = spawnSync(goCommand, ['tool', 'objdump', image], { encoding: 'utf8', maxBuffer: 1 << 30 }).stdout;
    let compared = 0;
    let unknown = 0;
    const wrong: string[] = [];
    for (const line of listing.split('\n')) {
      const m = /^ {2}\S+\s+0x([0-9a-f]+)\s+([0-9a-f]{8})\s+(.*?)\s*$/.exec(line);
      if (!m) continue;
      const [pc, word, text] = [parseInt(m[1]!, 16), parseInt(m[2]!, 16), m[3]!];
      const d = decode(bytesOf(word), 0, pc);
      if (isFault(d) || text === '?') {
        unknown++; // padding, and the atomic instructions, which the tool does not know
        continue;
      }
      compared++;
      const symbol = /^\S+ (?:\S+, )*?(\S.*)\(SB\)$/.exec(text)?.[1];
      const got = printGo(d, (a) => (symbol === undefined ? undefined : { name: symbol, start: a }));
      if (got !== readable(text) && !byName(text, got)) wrong.push(`${m[2]}: ${text} / ${got}`);
    }
    console.log(`${compared} instructions, ${unknown} words that the tool does not know`);
    assert.ok(compared > 100_000);
    assert.equal(wrong.slice(0, 20), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Text.run();
