/** Call frame information of real images: every row as readelf interprets it, and in Go images what the function table says of stack depths. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Arch } from '../../../machine/config.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { funcFlag } from '../../../machine/debug/go/pclntab.js';
import { CallFrames } from '../../../machine/debug/unwind/cfi.js';
import { rowAt, type Row, type Rule } from '../../../machine/debug/unwind/rows.js';
import { built, has, run } from '../../helpers/oracle.js';
import { cCompilers, goBinary, goCompilers } from '../../helpers/toolchain.js';
const Frames = suite('call frames of real images');

const open = (path: string): DebugInfo => DebugInfo.of(new Uint8Array(readFileSync(path)));

const amd64Names = ['rax', 'rdx', 'rcx', 'rbx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
const nameOf = (arch: Arch, register: number): string => (arch === 'amd64' ? (amd64Names[register] ?? 'ra') : register === 30 ? 'ra' : register === 31 ? 'sp' : register >= 64 ? `v${register - 64}` : `x${register}`);
const signed = (n: number): string => (n < 0 ? String(n) : `+${n}`);

function rule(arch: Arch, r: Rule | undefined): string {
  switch (r?.kind) {
    case undefined: case 'undefined': return 'u';
    case 'same': return 's';
    case 'offset': return `c${signed(r.offset)}`;
    case 'valueOffset': return `v${signed(r.offset)}`;
    case 'register': return nameOf(arch, r.register);
    case 'expression': return 'exp';
    case 'valueExpression': return 'vexp';
  }
}

const cfa = (arch: Arch, row: Row): string => (row.cfa === undefined ? '?' : 'expression' in row.cfa ? 'exp' : `${nameOf(arch, row.cfa.register)}${signed(row.cfa.offset)}`);

/** Rows of the functions in the dump of readelf: where they begin, and their columns. The last of those at one address counts. */
function* rows(text: string): Generator<{ at: number; columns: Map<string, string> }> {
  for (const block of text.split(/\n\n+/)) {
    if (!/ FDE cie=/.test(block.split('\n')[0]!)) continue;
    const lines = block.split('\n').slice(1);
    const names = lines[0]?.trim().split(/ +/) ?? [];
    const cells = lines.slice(1).map((line) => line.replace(/\br\d+ \((\w+)\)/g, '$1').trim().split(/ +/));
    for (const [i, row] of cells.entries()) {
      if (cells[i + 1]?.[0] === row[0]) continue;
      yield { at: parseInt(row[0]!, 16), columns: new Map(names.slice(1).map((n, k) => [n, row[k + 1]!] as const)) };
    }
  }
}

function compare(name: string, arch: Arch, path: string, least: number): void {
  Frames(`${name}: rows are those of readelf`, () => {
    const info = open(path);
    const frames = new CallFrames(info.sections);
    let count = 0;
    for (const { at, columns } of rows(run('readelf', ['--debug-dump=frames-interp', path]).stdout)) {
      const entry = frames.at(at);
      if (entry === undefined) continue; // a function without any code
      const row = rowAt(entry, at);
      const ours = new Map([...row.rules].map(([register, r]) => [nameOf(arch, register), rule(arch, r)] as const));
      assert.is(cfa(arch, row), columns.get('CFA'), at.toString(16));
      for (const [register, text] of columns) if (register !== 'CFA') assert.is(ours.get(register) ?? 'u', text, `${register} at ${at.toString(16)}`);
      count++;
    }
    console.log(`${name}: ${count} rows`);
    assert.ok(count >= least, String(count));
  });
}

for (const compiler of goCompilers) {
  const path = goBinary({ name: 'stacks/stacks' }, compiler);
  compare(compiler.name, compiler.arch, path, 5000);

  Frames(`${compiler.name}: stack depths are those of the function table`, () => {
    const info = open(path);
    const frames = new CallFrames(info.sections);
    const below = compiler.arch === 'amd64' ? 8 : 0;
    let asked = 0;
    for (const f of info.go!.all()) {
      if ((f.flag & funcFlag.spWrite) !== 0 || !f.hasDepths) continue;
      for (let at = f.entry; at < f.end; at += 12) {
        const entry = frames.at(at);
        const depth = f.depthAt(at);
        if (entry === undefined || depth === undefined) continue; // padding
        const row = rowAt(entry, at);
        asked++;
        assert.equal(row.cfa, { register: compiler.arch === 'amd64' ? 7 : 31, offset: depth + below }, `${f.name} at ${at.toString(16)}`);
      }
    }
    console.log(`${compiler.name}: ${asked} depths`);
    assert.ok(asked > 30_000);
  });
}

if (has('readelf')) {
  for (const { name, command, arch } of cCompilers.filter((c) => c.command !== 'musl-gcc')) {
    for (const flags of [['-O2'], ['-O0', '-fno-asynchronous-unwind-tables']]) {
      const path = built('tests/programs/debug/kinds.c', command, (from, out) => ['-g', ...flags, '-static', '-o', out, from]);
      compare(`${name} ${flags.join(' ')}`, arch, path, 3000);
    }
  }
}

Frames.run();
