/** Observers of a run: where they stop it, and that a run that was stopped anywhere ends as one that was not. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../machine/config.js';
import type { Observer, Watch, Watched } from '../../machine/exec/observer.js';
import type { Machine } from '../../machine/machine.js';
import { memoryOf } from '../../machine/memory/description.js';
import { boot } from '../helpers/boot.js';
import { machineFor } from '../helpers/onMachine.js';
import { Random } from '../helpers/random.js';
const Observers = suite('observers');

/** Asks nothing and stops nowhere, unless a test says otherwise. */
class Watcher implements Observer {
  breaks = new Set<number>();
  watches: Watch[] = [];
  every = (_core: number): boolean => false;
  before = (_core: number, _pc: number): boolean => true;
  accessed = (_core: number, _accesses: readonly Watched[]): boolean => true;
}

const machines: readonly Partial<Config>[] = [
  { timing: 'none', cores: 2 },
  { timing: 'interval', cores: 3 },
  { timing: 'interval', cores: 2, caches: memoryOf('skylake')! },
  { timing: 'unit', cores: 2, grain: 'insn', caches: memoryOf('unit')! },
  { timing: 'window', cores: 2 },
  { timing: 'interval', cores: 2, arch: 'arm64', caches: memoryOf('neoverse_n1')! },
];
const titleOf = (c: Partial<Config>): string => `${c.arch ?? 'amd64'}, ${c.timing}, ${c.cores} cores${c.caches ? ', caches' : ''}`;

/** Runs to the end; the number of stops. */
function finish(machine: Machine, stopped: () => void = () => undefined): number {
  for (let stops = 0; ; stops++) {
    const outcome = machine.run();
    if (outcome !== 'break') return assert.is(outcome, 'exit'), stops;
    stopped();
  }
}

for (const config of machines) {
  Observers(`stops at breakpoints, steps and watchpoints change nothing: ${titleOf(config)}`, () => {
    const whole = machineFor('boot2', config).machine;
    finish(whole);
    const want = [whole.digest(), whole.instructions, whole.cycles];
    const { machine } = machineFor('boot2', config);
    const r = new Random(7);
    const seen: number[] = [];
    const w = new Watcher();
    // the first instructions one by one, stopped at some, for addresses to break at
    let left = 10_000;
    w.every = () => left > 0;
    w.before = (core, pc) => {
      assert.is(machine.core(core).pc, pc);
      if (r.below(50) === 0) seen.push(pc);
      return --left === 0 || (left > 0 && r.below(300) === 0);
    };
    machine.engine.observe(w);
    let stops = 0;
    while (left > 0) {
      assert.is(machine.run(), 'break');
      stops++;
    }
    assert.ok(stops > 10);
    // then at breakpoints, which change now and then, and where the stacks are written
    w.every = () => false;
    w.before = () => r.below(3) > 0;
    w.accessed = () => r.below(3) > 0;
    const change = (): void => {
      w.breaks = new Set(Array.from({ length: 4 }, () => seen[r.below(seen.length)]!));
      const sp = Number(machine.core(0).get64(config.arch === 'arm64' ? 31 * 8 : 4 * 8));
      w.watches = r.below(2) === 0 ? [] : [{ low: sp - 16, high: sp, read: r.below(2) === 0, write: true }];
      machine.engine.observe(w);
    };
    change();
    let changes = 0;
    const total = finish(machine, () => {
      if (++changes < 300 && changes % 10 === 0) change();
      else if (changes === 300) machine.engine.observe(undefined);
    });
    assert.ok(total > 30, `${total} stops`);
    assert.equal([machine.digest(), machine.instructions, machine.cycles], want);
  });
}

const counting = `
  TEXT main(SB), NOSPLIT, $0
    MOVQ $100, CX
    LEAQ x(SB), SI
  again:
    ADDQ $1, AX
    MOVQ AX, 8(SI)
    MOVQ (SI), DX
    DECQ CX
    JNZ again
    HLT
  DATA x+0(SB)/8, $0
  GLOBL x(SB), NOPTR, $64
`;

Observers('a breakpoint stops before its instruction each time, once', () => {
  const m = boot({ timing: 'interval' }, counting);
  const w = new Watcher();
  const places: string[] = [];
  m.run(0);
  const main = m.address('main');
  w.every = () => true;
  w.before = (_, pc) => {
    if (places.length < 8) places.push((pc - main).toString(16));
    return places.length === 8;
  };
  m.machine.engine.observe(w);
  assert.is(m.run(), 'break');
  const loop = m.machine.core(0).pc;
  assert.is(m.regs('AX')['AX'], '0x1', 'two instructions before the loop and one round');
  w.every = () => false;
  w.before = () => true;
  w.breaks = new Set([loop]);
  m.machine.engine.observe(w);
  for (const ax of ['0x2', '0x3', '0x4']) {
    assert.is(m.run(), 'break');
    assert.equal([m.regs('AX')['AX'], m.machine.core(0).pc], [ax, loop]);
  }
  w.breaks = new Set();
  m.machine.engine.observe(w);
  assert.is(m.run(), 'exit');
});

Observers('a watchpoint stops behind what has accessed its bytes, and not for their neighbours', () => {
  const m = boot({ timing: 'interval' }, counting);
  const w = new Watcher();
  const told: string[] = [];
  w.accessed = (_, accesses) => {
    for (const a of accesses) told.push(`${a.access} of ${a.bytes} at ${a.va - m.address('x')}`);
    return true;
  };
  w.watches = [{ low: m.address('x') + 12, high: m.address('x') + 13, read: true, write: true }];
  m.machine.engine.observe(w);
  assert.is(m.run(), 'break');
  assert.equal(told, ['write of 8 at 8']);
  assert.is(m.peek('x', 8), '0x1', 'it is done');
  w.watches = [{ low: m.address('x'), high: m.address('x') + 8, read: true, write: false }];
  m.machine.engine.observe(w);
  assert.is(m.run(), 'break');
  assert.equal(told.slice(1), ['read of 8 at 0']);
  w.watches = [];
  m.machine.engine.observe(w);
  assert.is(m.run(), 'exit');
  assert.is(told.length, 2);
});

Observers.run();
