/** Our images as the tools of the host read them: nothing to complain about, and the same names, code and lines. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, type Arch, type ImageSymbol } from '../../asm/assemble.js';
import { filesOf, guests, imageOf, includeFor, source } from '../helpers/guest.js';
import { goCommand } from '../helpers/goasm.js';
import { cacheDir, has, hasAll, run } from '../helpers/oracle.js';
import { root } from '../helpers/root.js';
const Tools = suite('asm images and tools');

function imageFile(name: string, arch: Arch = 'amd64'): string {
  const path = join(cacheDir(), `asm-${name}-${arch}`);
  writeFileSync(path, imageOf(name, arch), { mode: 0o755 });
  return path;
}

Tools('readelf finds nothing to warn about, sections and DWARF included', () => {
  if (!hasAll('asm against readelf', 'readelf')) return;
  for (const { name, arch } of guests) {
    const r = run('readelf', ['-aW', '--debug-dump=info,abbrev,line,decodedline,frames', imageFile(name, arch)]);
    assert.is(r.status, 0);
    assert.not.match(r.stdout + r.stderr, /warning|error|corrupt|unable|out of range/i, `${name} of ${arch}`);
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
  for (const { name, arch } of guests) {
    const objdump = arch === 'amd64' ? 'objdump' : 'aarch64-linux-gnu-objdump';
    if (!hasAll('asm against objdump', objdump)) continue;
    const r = run(objdump, ['-d', '-l', imageFile(name, arch)]);
    assert.is(r.status, 0);
    assert.is(r.stderr, '');
    // UNDEF is a word that means nothing, and zeros fill the places between functions
    assert.not.match(r.stdout.replace(/\t(?:bea71700|00000000)[^\n]*/g, ''), /\(bad\)|undefined/, name);
    assert.match(r.stdout, new RegExp(`${name}_${arch}\\.s:\\d+$`, 'm'));
  }
});

Tools('gdb maps lines to addresses and unwinds code without a frame pointer', () => {
  if (!hasAll('asm against gdb', 'gdb')) return;
  const commands = ['info line fib', 'break fib', 'run', 'stepi', 'stepi', 'stepi', 'stepi', 'bt', 'continue', 'up', 'info symbol $pc'];
  const r = run('gdb', ['-batch', '-nx', '-ex', `directory ${root}`, ...commands.flatMap((c) => ['-ex', c]), imageFile('counter')]);
  const line = source('programs/counter/counter_amd64.s').text.split('\n').findIndex((l) => l.startsWith('TEXT fib')) + 2;
  assert.match(r.stdout, new RegExp(`Line ${line} of "programs/counter/counter_amd64.s" starts at address 0x[0-9a-f]+ <fib>`));
  assert.match(r.stdout, /#0 .*fib \(\) at programs\/counter\/counter_amd64\.s:\d+\n#1 .* in _rt0_amd64_linux \(\) at programs\/counter\/counter_amd64\.s:\d+/);
});

// arm64, on a program of its own.

const fib = (): { path: string; symbols: readonly ImageSymbol[] } => {
  const result = assemble([{ name: 'tests/asm/fib_arm64.s', text: readFileSync(join(root, 'tests/asm/fib_arm64.s'), 'utf8') }], { arch: 'arm64', include: includeFor([]) });
  if (!result.image) throw new Error(result.diagnostics.map((d) => d.message).join());
  const path = join(cacheDir(), 'asm-fib_arm64');
  writeFileSync(path, result.image, { mode: 0o755 });
  return { path, symbols: result.symbols };
};

Tools('arm64: qemu runs our image', () => {
  if (!hasAll('asm of arm64 against qemu', 'qemu-aarch64')) return;
  assert.is(run('qemu-aarch64', [fib().path]).status, 55);
});

Tools('arm64: readelf finds nothing to warn about; nm and go tool nm list our symbols', () => {
  const { path, symbols } = fib();
  if (hasAll('asm of arm64 against binutils', 'readelf', 'aarch64-linux-gnu-objdump')) {
    const r = run('readelf', ['-aW', '--debug-dump=info,abbrev,line,decodedline,frames', path]);
    assert.is(r.status, 0);
    assert.match(r.stdout, /Machine: +AArch64/);
    assert.not.match(r.stdout + r.stderr, /warning|error|corrupt|unable|out of range/i);
    const lines = run('aarch64-linux-gnu-nm', ['-S', path]).stdout.trim().split('\n');
    const hex = (n: number): string => n.toString(16).padStart(16, '0');
    assert.equal(lines.slice().sort(), symbols.map((s) => `${hex(s.address)} ${hex(s.size)} T ${s.name}`).sort());
    const listing = run('aarch64-linux-gnu-objdump', ['-d', '-l', path]);
    assert.is(listing.stderr, '');
    assert.not.match(listing.stdout, /undefined/);
    assert.match(listing.stdout, /fib_arm64\.s:\d+$/m);
  }
  if (has(goCommand)) {
    const lines = run(goCommand, ['tool', 'nm', '-size', path]).stdout;
    for (const s of symbols) assert.match(lines, new RegExp(`^ *${s.address.toString(16)} +${s.size} [Tt] ${s.name}$`, 'm'));
  }
});

Tools('arm64: gdb maps lines to addresses and unwinds from before, in and after a prologue', async () => {
  if (!hasAll('asm of arm64 against gdb', 'gdb-multiarch', 'qemu-aarch64')) return;
  const { path } = fib();
  const socket = join(cacheDir(), `gdb-${process.pid}`);
  rmSync(socket, { force: true });
  const qemu = spawn('qemu-aarch64', ['-g', socket, path], { stdio: 'ignore' });
  const ended = new Promise((done) => qemu.on('exit', done));
  try {
    for (let tries = 0; !existsSync(socket) && tries < 100; tries++) await new Promise((done) => setTimeout(done, 50));
    const commands = ['info line fib', `target remote ${socket}`, 'break fib', 'continue', 'bt', 'stepi', 'bt', 'stepi', 'stepi', 'stepi', 'bt', 'continue', 'bt', 'kill'];
    const r = run('gdb-multiarch', ['-batch', '-nx', '-ex', `directory ${root}`, ...commands.flatMap((c) => ['-ex', c]), path]);
    const text = readFileSync(join(root, 'tests/asm/fib_arm64.s'), 'utf8').split('\n');
    const line = text.findIndex((l) => l.startsWith('TEXT fib')) + 1;
    assert.match(r.stdout, new RegExp(`Line ${line} of "tests/asm/fib_arm64.s" starts at address 0x[0-9a-f]+ <fib>`));
    const stacks = r.stdout.split(/^#0 /m).slice(1).map((s) => (s.match(/ in _rt0_arm64_linux \(\) at tests\/asm\/fib_arm64\.s:\d+/g) ?? []).length);
    assert.equal(stacks, [1, 1, 1, 1], r.stdout + r.stderr);
    assert.match(r.stdout.split(/^#0 /m).at(-1)!, /^#1 .* in fib \(\) at tests\/asm\/fib_arm64\.s:\d+\n#2 /m);
  } finally {
    qemu.kill();
    await ended;
    rmSync(socket, { force: true });
  }
});

Tools.run();
