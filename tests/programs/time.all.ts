/**
 * Time in programs of other toolchains: CPU profiles and execution traces of Go programs, read by us and by Go's own
 * tools; sleeps that cost nothing; timers of C programs, here and on the machine.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { runImage, type Ran } from '../helpers/onMachine.js';
import { cacheDir } from '../helpers/oracle.js';
import { flat, readProfile } from '../helpers/profile.js';
import { cBinary, cCompilers, cPrograms, goBinary, goCompilers, goImage, goPrograms, namesOf, type GoCompiler } from '../helpers/toolchain.js';
import { check, checkHere } from './toolchains.js';

const Time = suite('time in programs of other toolchains');

/** A core on which Go's 10 ms between two samples are 100 000 instructions: 4 200 samples of the program. */
const slow: Partial<Config> = { clockHz: 10e6, timing: 'none' };

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

function run(compiler: GoCompiler, name: string, args: readonly string[], config: Partial<Config>): Ran {
  const ran = runImage(goImage({ name: `profile/${name}` }, compiler), [name, ...args], config);
  assert.equal({ status: ran.status, errors: ran.errors, stopped: ran.stopped }, { status: 0, errors: '', stopped: undefined });
  return ran;
}

/** What `go tool TOOL flags FILE` prints about `content`. */
function tool(go: string, name: string, flags: readonly string[], binary: string, content: Uint8Array): Buffer {
  const file = join(cacheDir(), `${name}-${process.pid}`);
  writeFileSync(file, content);
  const r = spawnSync(go, ['tool', name, ...flags, ...(name === 'pprof' ? [binary] : []), file], { maxBuffer: 2 ** 28 });
  assert.is(r.status, 0, r.stderr.toString());
  return r.stdout;
}

/** Percentage of triple in what both functions have used. */
function share(used: (name: string) => number): number {
  const triple = used('main.triple');
  return (100 * triple) / (triple + used('main.single'));
}

/** Arguments of the profiled program, and its machine. */
const profiled = [[[], 1, 'block'], [[], 4, 'insn'], [['together'], 1, 'insn'], [['together'], 4, 'block']] as const;

const shares: string[] = [];
for (const compiler of goCompilers) {
  const { name: version, command: go, arch } = compiler;
  for (const [args, cores, grain] of profiled.slice(arch === 'amd64' ? 0 : 2)) {
    Time(`the CPU profile of ${version} on ${cores} cores, interrupts at ${grain}s ${args.join('')}`, () => {
      const ran = run(compiler, 'cpu', args, { ...slow, cores, grain, seed: cores });
      const file = bytes(ran.output);
      const profile = readProfile(file);
      assert.equal(profile.types, ['samples/count', 'cpu/nanoseconds']);
      assert.is(profile.periodNanos, 10_000_000n);
      const ours = flat(profile);
      const total = [...ours.values()].reduce((a, b) => a + b, 0) / 1e9;
      // all that ran was sampled: the instructions at 10 MHz, and what the kernel did meanwhile
      const seconds = ran.instructions / slow.clockHz!;
      const kernel = ran.kernelCycles / slow.clockHz!;
      assert.ok(total > seconds && total < seconds + kernel, `${total} s of ${seconds} s and the kernel's ${kernel} s`);
      const measured = share((name) => ours.get(name) ?? 0);
      shares.push(measured.toFixed(1));
      assert.ok(Math.abs(measured - 75) <= 3, `${measured} %`);
      const wall = Number(profile.durationNanos) / 1e9;
      assert.ok(cores === 4 && args.length > 0 ? total > 1.3 * wall : total < 1.1 * wall, `${total} s of ${wall} s`);

      const lines = tool(go, 'pprof', ['-top', '-unit=ms'], goBinary({ name: 'profile/cpu' }, compiler), file).toString().split('\n');
      const theirs = share((name) => parseFloat(lines.find((l) => l.endsWith(name))!));
      assert.ok(Math.abs(theirs - measured) < 0.01, `${theirs} and ${measured}`);
    });
  }

  Time(`an execution trace of ${version} is one that its own tool reads`, () => {
    for (const cores of [1, 4]) {
      const { output } = run(compiler, 'trace', [], { cores, seed: cores });
      assert.match(output, /^go 1\.\d+ trace/);
      const blocked = readProfile(tool(go, 'trace', ['-pprof=sync'], '', bytes(output)));
      assert.ok(blocked.samples.some((s) => s.stack.includes('main.main.func1')), 'goroutines waited');
    }
  });

  Time(`six seconds of sleep in a program of ${version} take less than one of the host's processor`, () => {
    const sleep = goPrograms.find((p) => p.name === 'go/sleep')!;
    const image = goImage(sleep, compiler);
    const millis = [1, 2, 3].map(() => {
      const begun = process.cpuUsage();
      const { cycles } = check(sleep, image, {});
      assert.ok(cycles / 3e9 >= 6);
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1000;
    });
    assert.ok(Math.min(...millis) < 1000, `${Math.min(...millis)} ms`);
  });

  Time(`a profiled program of ${version} that is continued from a snapshot ends alike`, () => {
    const image = goImage({ name: 'profile/cpu' }, compiler);
    const whole = new MemoryHost();
    const options = { ...slow, arch, clockHz: 3e6, cores: 2, memoryBytes: 256 << 20 };
    const first = new Machine(options, whole);
    first.load(image, ['cpu']);
    assert.is(first.run(5e7), 'limit');
    assert.ok((first.kernel.save() as { clockTimers: { cpu: Map<number, number[]> } }).clockTimers.cpu.size > 0, 'timers are armed');
    const part = new MemoryHost();
    const second = Machine.restore(first.snapshot(), part);
    assert.is(first.run(7e7), 'limit');
    assert.is(second.run(7e7), 'limit');
    assert.is(second.digest(), first.digest());
  });
}

for (const compiler of cCompilers) {
  for (const program of cPrograms.filter((p) => ['c/itimer', 'c/timers', 'c/timerfd', 'c/sigqueue'].includes(p.name))) {
    Time(`${program.name} of ${compiler.name} here and on the machine`, () => {
      const binary = cBinary(program, compiler);
      checkHere(program, binary, compiler);
      for (const cores of [1, 4]) check(program, readFileSync(binary), { cores, seed: 3 });
    });
  }
}

Time.after(() => console.log(`Go toolchains: ${namesOf(goCompilers)}; share of the function with three quarters of the work: ${shares.join(', ')} %`));

Time.run();
