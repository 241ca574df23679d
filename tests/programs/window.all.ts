/**
 * Timing `window` on whole programs: Go programs print and end as in every mode, and what they take agrees with `interval`. Prints the ratios.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Arch, Timing } from '../../machine/config.js';
import type { Stop } from '../../machine/exec/stop.js';
import { Guest } from '../bench/guest.js';
import { image, kernelArches, kernelNames, type KernelName } from '../bench/kernels.js';
import { machineFor, runImage, runOnMachine } from '../helpers/onMachine.js';
import { goCompilers, goImage, goPrograms, isFor, namesOf } from '../helpers/toolchain.js';
import { check } from './toolchains.js';

const Windows = suite('programs under window timing');

/** Short ones: printing, panics, signals, files, channels, threads. */
const names = ['hello', 'panics', 'files', 'deadlock', 'sleep', 'faults', 'input', 'closures', 'channel', 'builder', 'threads'];
const programs = goPrograms.filter((p) => names.includes(p.name.replace('go/', '')));

const lines: string[] = [];
let instructions = 0;
let seconds = 0;

for (const compiler of goCompilers.slice(0, 1).concat(goCompilers.filter((c) => c.arch === 'arm64').slice(0, 1))) {
  Windows(`Go programs of ${compiler.name} print and end as they must`, () => {
    assert.is(programs.length, names.length);
    for (const program of programs.filter((p) => isFor(p, compiler))) {
      const before = process.cpuUsage().user;
      const ran = check(program, goImage(program, compiler), { timing: 'window', cores: 2 });
      seconds += (process.cpuUsage().user - before) / 1e6;
      instructions += ran.instructions;
    }
  });
}

Windows('a program of a million instructions comes to the same registers and memory in all modes, and to one digest in two runs', () => {
  for (const arch of ['amd64', 'arm64'] as const) {
    const runs = (['none', 'interval', 'window', 'window'] as const).map((timing) => runOnMachine('counter', { arch, timing, cores: 1 }));
    for (const r of runs) assert.equal([r.output, r.status, r.stopped], [runs[0]!.output, runs[0]!.status, undefined], arch);
    assert.is(runs[2]!.digest, runs[3]!.digest);
  }
});

Windows('a snapshot in the middle of a threaded program goes on to the same end', () => {
  const { machine } = machineFor('counter', { timing: 'window' });
  machine.run(30_000);
  const checkpoint = machine.checkpoint();
  machine.run();
  const want = [machine.digest(), machine.cycles];
  machine.rollback(checkpoint);
  machine.run(40_000);
  machine.engine.flushAll();
  machine.run();
  assert.equal([machine.digest(), machine.cycles], want);
});

class Enough extends Error {}

/** Cycles an instruction over the first `count` of them, and mispredictions. */
function start(name: KernelName, arch: Arch, timing: Timing, count: number): { perInstruction: number; wrong: number } {
  const guest = new Guest(image(name, arch), timing);
  const state = guest.engine.state(0);
  const go = (run: (until: number) => Stop): Stop => {
    for (;;) {
      const stop = run(state.ticks + 1e5);
      if (state.instructions >= count) throw new Enough();
      if (stop.reason !== 'Limit') return stop;
    }
  };
  try {
    guest.run(go);
  } catch (e) {
    if (!(e instanceof Enough)) throw e;
  }
  return { perInstruction: state.ticks / 48 / state.instructions, wrong: guest.engine.mispredicts(0) };
}

function compared(name: string, window: number, interval: number, note: string): void {
  const ratio = window / interval;
  lines.push(`  ${name.padEnd(28)} window / interval ${ratio.toFixed(3)}, ${note}`);
  const [least, most] = apart[name] ?? [0.85, 1.15];
  if (!(ratio >= least && ratio <= most)) lines.push(`  ${name}: not between ${least} and ${most}`), (agree = false);
}
let agree = true;

/** Where the modes are more than 15 % apart, and how far: "The two modes" in machine/uarch/README.md says why. */
const apart: Readonly<Record<string, readonly [number, number]>> = {
  'calls amd64': [0.7, 0.85],
};

for (const arch of kernelArches()) {
  Windows(`kernels on ${arch} take about what interval timing says, and mispredict as often`, () => {
    for (const name of kernelNames) {
      const [w, i] = (['window', 'interval'] as const).map((timing) => start(name, arch, timing, 2e6)) as [ReturnType<typeof start>, ReturnType<typeof start>];
      // they stop a block apart
      assert.ok(Math.abs(w.wrong - i.wrong) <= 0.01 * i.wrong + 2, `${name}: ${w.wrong} and ${i.wrong} mispredicted`);
      compared(`${name} ${arch}`, w.perInstruction, i.perInstruction, `${w.perInstruction.toFixed(3)} cycles an instruction`);
    }
    assert.ok(agree, lines.join('\n'));
  });
}

for (const compiler of goCompilers.slice(0, 1)) {
  Windows('Go programs take about what interval timing says', () => {
    for (const name of ['go/generic', 'go/iterators', 'go/sorting']) {
      const program = goPrograms.find((p) => p.name === name)!;
      const [w, i] = (['window', 'interval'] as const).map((timing) => runImage(goImage(program, compiler), [name], { timing, cores: 1 }));
      compared(`${name} ${compiler.name}`, w!.cycles / w!.instructions, i!.cycles / i!.instructions, `${w!.instructions} instructions`);
    }
    assert.ok(agree, lines.join('\n'));
  });
}

Windows.after(() => console.log([`\n  ${namesOf(goCompilers)}; ${(instructions / 1e6).toFixed(1)} million instructions, ${(instructions / seconds / 1e6).toFixed(2)} MIPS`, ...lines].join('\n')));

Windows.run();
