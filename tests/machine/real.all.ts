/**
 * Programs of real compilers under every condition that must not show: run twice, paused anywhere with code and
 * lookasides forgotten, continued from a snapshot in another process, and repeated from a checkpoint.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { arches } from '../../machine/config.js';
import { archOf } from '../helpers/onMachine.js';
import { Random } from '../helpers/random.js';
import { root } from '../helpers/root.js';
import { cBinary, cCompilers, cImage, cPrograms, goBinary, goCompilers, goPrograms, type Program } from '../helpers/toolchain.js';
const Real = suite('real programs');

interface RealProgram {
  readonly name: string;
  readonly want: string;
  readonly build: () => string;
}

const byName = (name: string): Program => [...cPrograms, ...goPrograms].find((p) => p.name === name)!;

/** C programs by how they are linked, for every compiler that links so, and Go ones for the newest toolchain. */
const linked: readonly (readonly [string, ...string[]])[] = [['c/hello'], ['c/hello', '-static-pie'], ['c/malloc'], ['c/pthread']];
const goNames: readonly string[] = ['go/println', 'go/hello', 'go/channel', 'go/collect'];

const programs: readonly RealProgram[] = [
  ...cCompilers.flatMap((compiler) => linked.filter(([, ...flags]) => flags.length === 0 || compiler.name !== 'musl-gcc').map(([name, ...flags]) => (
    { name: [name, 'of', compiler.name, ...flags].join(' '), want: byName(name).wanted[compiler.arch].output, build: () => cBinary({ name }, compiler, ...flags) }))),
  ...arches.flatMap((arch) => goCompilers.filter((c) => c.arch === arch).slice(0, 1)).flatMap((compiler) => goNames.map((name) => (
    { name: `${name} of ${compiler.name}`, want: byName(name).wanted[compiler.arch].output, build: () => goBinary({ name }, compiler) }))),
];

const limit = 3e8;

interface Ran {
  readonly output: string;
  readonly status: number | undefined;
  readonly digest: string;
  readonly cycles: number;
}

function booted(image: Uint8Array, cores: number, grain: 'block' | 'insn' = 'block'): { machine: Machine; host: MemoryHost } {
  const host = new MemoryHost();
  const machine = new Machine({ arch: archOf(image), cores, grain, memoryBytes: 256 * 2 ** 20 }, host, (parts) => new Kernel(parts));
  machine.load(image, ['program'], ['HOME=/']);
  return { machine, host };
}

function ran(machine: Machine, output: string): Ran {
  assert.is(machine.stopMessage, undefined);
  return { output, status: machine.exitStatus, digest: machine.digest(), cycles: machine.cycles };
}

/** The rest of a run, in another process. `output` is what that process's guest wrote. */
function elsewhere(snapshot: Uint8Array): Ran {
  const dir = mkdtempSync(join(tmpdir(), 'rt0-'));
  try {
    const file = join(dir, 'snapshot');
    writeFileSync(file, snapshot);
    const script = `
      import { readFileSync } from 'node:fs';
      import { Machine } from './dist/machine/machine.js';
      import { Kernel } from './dist/machine/kernel/kernel.js';
      import { MemoryHost } from './dist/machine/host.js';
      const host = new MemoryHost();
      const m = Machine.restore(readFileSync(${JSON.stringify(file)}), host, (parts) => new Kernel(parts));
      m.run(${limit});
      process.stdout.write(JSON.stringify({ output: host.text(1), status: m.exitStatus, digest: m.digest(), cycles: m.cycles }));`;
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
    assert.is(other.stderr, '');
    return JSON.parse(other.stdout) as Ran;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

for (const program of programs) {
  for (const cores of [1, 4]) {
    Real(`${program.name}, ${cores} cores`, () => {
      const image = new Uint8Array(readFileSync(program.build()));
      const r = new Random(cores);
      const first = booted(image, cores);
      first.machine.run(limit);
      const whole = ran(first.machine, first.host.text(1));
      assert.is(whole.output, program.want);
      assert.is(whole.status, 0);

      const again = booted(image, cores);
      again.machine.run(limit);
      assert.equal(ran(again.machine, again.host.text(1)), whole, 'twice');

      const pieces = booted(image, cores);
      for (let at = 0; pieces.machine.run(at) === 'limit'; at += 1 + r.below(Math.ceil(whole.cycles / 10))) pieces.machine.engine.flushAll();
      assert.equal(ran(pieces.machine, pieces.host.text(1)), whole, 'in pieces, forgetting all that may be forgotten');

      const half = booted(image, cores);
      assert.is(half.machine.run(r.below(Math.floor(whole.cycles * 0.8))), 'limit');
      const before = half.host.text(1);
      const rest = elsewhere(half.machine.snapshot());
      assert.equal({ ...rest, output: before + rest.output }, whole, 'continued in another process');

      const checkpoint = half.machine.checkpoint();
      half.machine.run(limit);
      half.machine.rollback(checkpoint);
      half.machine.run(limit);
      assert.equal(ran(half.machine, half.host.text(1)), whole, 'repeated from a checkpoint, with nothing written twice');
    });
  }
}

Real('one core gives the same results wherever interrupts may land, for a program without threads', () => {
  for (const compiler of cCompilers) {
    const image = cImage({ name: 'c/malloc' }, compiler);
    const [block, insn] = (['block', 'insn'] as const).map((grain) => {
      const { machine, host } = booted(image, 1, grain);
      machine.run(limit);
      return ran(machine, host.text(1));
    });
    assert.equal(insn, block, compiler.name);
  }
});

Real.after(() => console.log(`real programs: ${programs.length} on 1 and 4 cores, each run 7 times in all`));
Real.run();
