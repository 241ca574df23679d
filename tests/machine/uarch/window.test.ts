/** `window` mode an instruction at a time, with misses and restarts as a machine would give them. Skylake. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { Window } from '../../../machine/uarch/window.js';
import { Step } from '../../../machine/uarch/windowStep.js';
import { worksOf } from '../../../machine/uarch/work.js';
import { x86Insns } from '../../helpers/insns.js';

const Windows = suite('machine/uarch window');
const skylake = uarchOf('skylake')!;
const { figures } = skylake;

const stepsOf = (text: string): Step[] => worksOf(skylake, x86Insns(text)).map((work) => new Step(skylake, work));
const cached = (): Window => new Window(skylake, 'cache');
/** A core all of whose loads miss by so many cycles. */
const missing = (cycles: number): Window => new Window(skylake, 'cache', { loadCycles: () => cycles, storeCycles: () => 0, fetchCycles: () => 0, codeLineBytes: 64 });
/** Steps a load of a place that nothing stores to. */
function load(window: Window, step: Step, pc: number): number {
  window.loads.roots[0] = 1;
  window.loads.offsets[0] = 0;
  return window.step(step, pc);
}

/** Cycles from a first load that misses by 300 to the retirement of a second, with `between` one-slot instructions between them. */
function twoMisses(between: number): number {
  const window = missing(300);
  const [first, second] = stepsOf('48 8b 03  mov (%rbx),%rax\n 48 8b 0b  mov (%rbx),%rcx') as [Step, Step];
  const [nop] = stepsOf('90  nop') as [Step];
  load(window, first, 0);
  for (let i = 0; i < between; i++) window.step(nop, 4);
  return load(window, second, 8);
}

Windows('two misses overlap when both fit into the reorder buffer, and not when they do not', () => {
  const near = twoMisses(figures.rob - 10);
  const far = twoMisses(figures.rob + 10);
  assert.ok(near > 300 && near < 300 + 80, `${near}`); // the second issues while the first is under way
  assert.ok(far > 600, `${far}`);
});

Windows('no more loads are under way than the load queue holds', () => {
  const window = missing(300);
  const [w] = stepsOf('48 8b 03  mov (%rbx),%rax') as [Step];
  const at = Array.from({ length: figures.loadQueue + 1 }, () => load(window, w, 0));
  assert.ok(at[figures.loadQueue - 1]! < 300 + 80 && at[figures.loadQueue]! > 600, `${at.at(-2)}, ${at.at(-1)}`);
});

Windows('nothing issues before the cycle of a restart', () => {
  const window = cached();
  const [nop] = stepsOf('90  nop') as [Step];
  const before = window.step(nop, 0);
  window.restart(1000);
  assert.ok(before < 20 && window.step(nop, 0) > 1000);
});

Windows('a load waits for data that an older store brings, and for the cache when the store has only part', () => {
  const run = (stored: number, store4 = false): number => {
    const window = cached();
    const [store, reading] = stepsOf(`${store4 ? '89 03  mov %eax,(%rbx)' : '48 89 03  mov %rax,(%rbx)'}\n 48 8b 0b  mov (%rbx),%rcx`) as [Step, Step];
    window.written.offsets[0] = stored;
    window.loads.offsets[0] = 0;
    window.step(store, 0);
    return window.step(reading, 3);
  };
  const whole = run(0);
  assert.is(run(64), whole); // elsewhere: the cache is as quick
  assert.ok(run(0, true) >= whole + 10, `${run(0, true)} and ${whole}`);
});

Windows('times go on past 2^31 cycles', () => {
  const window = cached();
  const [w] = stepsOf('48 ff c0  inc %rax') as [Step];
  const start = 2 ** 31 - 4;
  window.restart(start);
  const at = Array.from({ length: 40 }, () => window.step(w, 0));
  assert.is(at[39]! - at[9]!, 30); // a cycle each
  assert.ok(at[39]! > 2 ** 31);
});

Windows.run();
