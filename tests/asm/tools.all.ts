/** Our images as the tools of the host read them: nothing to complain about, and the same names, code and lines. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../asm/assemble.js';
import { filesOf, imageOf, includeFor, programs, source } from '../helpers/guest.js';
import { goCommand } from '../helpers/goasm.js';
import { cacheDir, has, hasAll, run } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
const Tools = suite('asm images and tools');

function imageFile(name: string): string {
  const path = join(cacheDir(), `asm-${name}`);
  writeFileSync(path, imageOf(name), { mode: 0o755 });
  return path;
}

Tools('readelf finds nothing to warn about, sections and DWARF included', () => {
  if (!hasAll('asm against readelf', 'readelf')) return;
  for (const name of programs) {
    const r = run('readelf', ['-aW', '--debug-dump=info,abbrev,line,decodedline,frames', imageFile(name)]);
    assert.is(r.status, 0);
    assert.not.match(r.stdout + r.stderr, /warning|error|corrupt|unable|out of range/i, name);
  }
});

Tools('nm and go tool nm list our symbols with their addresses, sizes and kinds', () => {
  const paths = filesOf('counter');
  const { symbols } = assemble(paths.map(source), { include: includeFor(paths) });
  const code = symbols.filter((s) => s.section === '.text');
  const path = imageFile('counter');
  if (hasAll('asm against nm', 'nm')) {
    const lines = run('nm', ['-S', path]).stdout.trim().split('\n');
    assert.is(lines.length, symbols.length);
    for (const s of symbols) {
      const type = { '.text': 'T', '.rodata': 'R', '.data': 'D', '.noptrdata': 'D', '.bss': 'B', '.noptrbss': 'B' }[s.section]!;
      const hex = (n: number): string => n.toString(16).padStart(16, '0');
      assert.ok(lines.includes(`${hex(s.address)} ${hex(s.size)} ${s.local ? type.toLowerCase() : type} ${s.name}`), s.name);
    }
  }
  if (has(goCommand)) {
    const lines = run(goCommand, ['tool', 'nm', '-size', path]).stdout;
    for (const s of code) assert.match(lines, new RegExp(`^ *${s.address.toString(16)} +${s.size} [Tt] ${s.name.replace(/\./g, '\\.')}$`, 'm'));
  }
});

Tools('objdump disassembles every byte of code and knows its lines', () => {
  if (!hasAll('asm against objdump', 'objdump')) return;
  for (const name of programs) {
    const r = run('objdump', ['-d', '-l', imageFile(name)]);
    assert.is(r.status, 0);
    assert.is(r.stderr, '');
    assert.not.match(r.stdout, /\(bad\)/, name);
    assert.match(r.stdout, new RegExp(`${name}\\.s:\\d+$`, 'm'));
  }
});

Tools('gdb maps lines to addresses and unwinds code without a frame pointer', () => {
  if (!hasAll('asm against gdb', 'gdb')) return;
  const commands = ['info line fib', 'break fib', 'run', 'stepi', 'stepi', 'stepi', 'stepi', 'bt', 'continue', 'up', 'info symbol $pc'];
  const r = run('gdb', ['-batch', '-nx', '-ex', `directory ${root}`, ...commands.flatMap((c) => ['-ex', c]), imageFile('counter')]);
  const line = source('programs/counter/counter.s').text.split('\n').findIndex((l) => l.startsWith('TEXT fib')) + 2;
  assert.match(r.stdout, new RegExp(`Line ${line} of "programs/counter/counter.s" starts at address 0x[0-9a-f]+ <fib>`));
  assert.match(r.stdout, /#0 .*fib \(\) at programs\/counter\/counter\.s:\d+\n#1 .* in _rt0_amd64_linux \(\) at programs\/counter\/counter\.s:\d+/);
});

Tools.run();
