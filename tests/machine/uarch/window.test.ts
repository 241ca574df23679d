/** `window` mode an instruction at a time, with misses and restarts as a machine would give them. Skylake. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { Window, type Accesses } from '../../../machine/uarch/window.js';
import { worksOf, type Work } from '../../../machine/uarch/work.js';
import { x86Insns } from '../../helpers/insns.js';

const Windows = suite('machine/uarch window');
const skylake = uarchOf('skylake')!;
const { figures } = skylake;

const works = (text: string): Work[] => worksOf(skylake, x86Insns(text));
const none: Accesses = { loads: [], stores: [], value: undefined };
/** A load of a place that nothing stores to, `missed` cycles late. */
const load = (missed: number): Accesses => ({ loads: [{ root: 1, offset: 0, bytes: 8 }], stores: [], value: undefined, missed: [missed] });

/** Cycles from a first load that misses by 300 to the retirement of a second, with `between` one-slot instructions between them. */
function twoMisses(between: number): number {
  const window = new Window(skylake, true);
  const [first, second] = works('48 8b 03  mov (%rbx),%rax\n 48 8b 0b  mov (%rbx),%rcx') as [Work, Work];
  const [nop] = works('90  nop') as [Work];
  window.step(first, 0, load(300));
  for (let i = 0; i < between; i++) window.step(nop, 4, none);
  return window.step(second, 8, load(300));
}

Windows('two misses overlap when both fit into the reorder buffer, and not when they do not', () => {
  const near = twoMisses(figures.rob - 10);
  const far = twoMisses(figures.rob + 10);
  assert.ok(near > 300 && near < 300 + 80, `${near}`); // the second issues while the first is under way
  assert.ok(far > 600, `${far}`);
});

Windows('no more loads are under way than the load queue holds', () => {
  const window = new Window(skylake, true);
  const [w] = works('48 8b 03  mov (%rbx),%rax') as [Work];
  const at = Array.from({ length: figures.loadQueue + 1 }, () => window.step(w, 0, load(300)));
  assert.ok(at[figures.loadQueue - 1]! < 300 + 80 && at[figures.loadQueue]! > 600, `${at.at(-2)}, ${at.at(-1)}`);
});

Windows('nothing issues before the cycle of a restart', () => {
  const window = new Window(skylake, true);
  const [nop] = works('90  nop') as [Work];
  const before = window.step(nop, 0, none);
  window.restart(1000);
  assert.ok(before < 20 && window.step(nop, 0, none) > 1000);
});

Windows('a load waits for data that an older store brings, and for the cache when the store has only part', () => {
  const run = (stored: number, bytes: number): number => {
    const window = new Window(skylake, true);
    const [store, reading] = works('48 89 03  mov %rax,(%rbx)\n 48 8b 0b  mov (%rbx),%rcx') as [Work, Work];
    const place = (offset: number, n: number): { root: number; offset: number; bytes: number } => ({ root: 1, offset, bytes: n });
    window.step(store, 0, { loads: [], stores: [place(stored, bytes)], value: undefined });
    return window.step(reading, 3, { loads: [place(0, 8)], stores: [], value: undefined });
  };
  const whole = run(0, 8);
  assert.is(run(64, 8), whole); // elsewhere: the cache is as quick
  assert.ok(run(0, 4) >= whole + 10, `${run(0, 4)} and ${whole}`);
});

Windows('times go on past 2^31 cycles', () => {
  const window = new Window(skylake, true);
  const [w] = works('48 ff c0  inc %rax') as [Work];
  const start = 2 ** 31 - 4;
  window.restart(start);
  const at = Array.from({ length: 40 }, () => window.step(w, 0, none));
  assert.is(at[39]! - at[9]!, 30); // a cycle each
  assert.ok(at[39]! > 2 ** 31);
});

Windows.run();
