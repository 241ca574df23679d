import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ticksPerCycle } from '../../machine/config.js';
import type { Event } from '../../machine/events.js';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import type { KernelPort, Parts } from '../../machine/parts.js';
import { bareKernel, bareMachine, racing } from '../helpers/bare.js';
import { Random } from '../helpers/random.js';
const Loop = suite('machine');

const counting = `
TEXT main(SB), 4, $0
	MOVQ $1000, CX
	XORQ AX, AX
again:
	ADDQ CX, AX
	DECQ CX
	JNZ again
	HLT
`;

Loop('a bare machine runs until its cores have halted', () => {
  const m = bareMachine(counting);
  assert.is(m.run(), 'exit');
  assert.is(m.exitStatus, 0);
  assert.is(m.core(0).get64(0), 500500n);
  assert.is(m.instructions, 2 + 3 * 1000 + 1);
});

Loop('what a bare machine cannot handle stops it by name', () => {
  const m = bareMachine('TEXT main(SB), 4, $0\n\tMOVQ 0x123, AX\n\tHLT\n');
  assert.is(m.run(), 'stop');
  assert.match(m.stopMessage ?? '', /^PageFault at address 0x123 on core 0, pc 0x[0-9a-f]+, and no kernel to handle it$/);
  const s = bareMachine('TEXT main(SB), 4, $0\n\tSYSCALL\n');
  assert.is(s.run(), 'stop');
  assert.match(s.stopMessage ?? '', /^Syscall on core 0/);
  assert.is(s.run(), 'stop', 'and it stays stopped');
});

Loop('two runs have one digest, and another seed, size or program another', () => {
  const of = (m: Machine): string => (m.run(), m.digest());
  const first = of(bareMachine(racing, { cores: 3 }));
  assert.is(of(bareMachine(racing, { cores: 3 })), first);
  assert.is.not(of(bareMachine(racing, { cores: 2 })), first);
  assert.is.not(of(bareMachine(racing, { cores: 3, quantumCycles: 50 })), first, 'the program races');
  assert.is.not(of(bareMachine(racing.replace('SHRQ $11', 'SHRQ $12'), { cores: 3 })), first);
});

Loop('limits pause the machine anywhere without changing what happens', () => {
  const whole = bareMachine(racing, { cores: 4 });
  whole.run();
  const r = new Random(5);
  for (let round = 0; round < 3; round++) {
    const m = bareMachine(racing, { cores: 4 });
    let at = 0;
    while (m.run(at) === 'limit') at += 1 + r.below(round === 0 ? 300 : 5000);
    assert.is(m.digest(), whole.digest());
    assert.is(m.cycles, whole.cycles);
  }
});

Loop('forgetting decoded code and lookasides at any point changes nothing', () => {
  const whole = bareMachine(racing, { cores: 2 });
  whole.run();
  const r = new Random(6);
  const m = bareMachine(racing, { cores: 2 });
  let at = 0;
  while (m.run(at) === 'limit') {
    at += r.below(4000);
    m.engine.flushAll();
  }
  assert.is(m.digest(), whole.digest());
});

Loop('with interrupts after any instruction, pausing and forgetting in the middle of blocks change nothing', () => {
  const config = { cores: 3, grain: 'insn', quantumCycles: 77 } as const;
  const whole = bareMachine(racing, config);
  whole.run();
  const r = new Random(7);
  let m = bareMachine(racing, config);
  let at = 0;
  while (m.run(at) === 'limit') {
    at += r.below(3000);
    const what = r.below(4);
    if (what === 0) m.engine.flushAll();
    else if (what === 1) m = Machine.restore(m.snapshot(), new MemoryHost(), bareKernel);
  }
  assert.is(m.digest(), whole.digest());
});

Loop('taking digests on the way changes nothing, and each equals that of a run to the same point', () => {
  const m = bareMachine(racing, { cores: 2 });
  for (let at = 1000; at <= 20000; at += 4900) {
    m.run(at);
    const direct = bareMachine(racing, { cores: 2 });
    direct.run(at);
    assert.is(m.digest(), direct.digest(), `at cycle ${at}`);
  }
});

Loop('one core ends in the same state whether interrupts land at block ends or anywhere', () => {
  const block = bareMachine(racing);
  const insn = bareMachine(racing, { grain: 'insn' });
  for (const m of [block, insn]) for (let at = 777; m.run(at) === 'limit'; at += 777) continue;
  assert.is(insn.digest(), block.digest());
});

Loop('no core runs ahead of another by more than the quantum and a block', () => {
  const m = bareMachine(racing, { cores: 4, quantumCycles: 100 });
  for (let at = 0; m.run(at) === 'limit'; at += 333) {
    const ticks = [0, 1, 2, 3].map((core) => m.core(core).ticks);
    assert.ok(Math.max(...ticks) - Math.min(...ticks) <= (100 + 32) * ticksPerCycle);
  }
});

/** A kernel of events only: core 0 runs the test's code from time to time. */
class Timed implements KernelPort {
  readonly name = 'timed';
  readonly seen: [string, number][] = [];
  wanting = 0;
  constructor(readonly parts: Parts) {}
  exec(): void {
    this.parts.events.add({ due: 480, kind: 'b', target: 0 });
    this.parts.events.add({ due: 96, kind: 'a', target: 0 });
  }
  trap(): void {
    throw new Error('no core runs');
  }
  event(e: Event): void {
    this.seen.push([e.kind, this.parts.now()]);
    if (e.kind === 'a') this.parts.events.add({ due: e.due + 48, kind: 'c', target: 0 });
  }
  busy(): boolean {
    return false;
  }
  wantsInput(): boolean {
    return this.wanting > 0;
  }
  poll(): void {
    if (this.parts.host.poll(0, 10, this.parts.now()) === 'wait') return;
    if (--this.wanting === 0) this.parts.exit(7);
  }
  deadlock(): string {
    return 'deadlock: task 1 waits for nothing';
  }
  save(): unknown {
    return { seen: this.seen, wanting: this.wanting };
  }
  load(): void {
    throw new Error('not loaded in this test');
  }
}

function timed(host: MemoryHost): { m: Machine; k: Timed } {
  const m = new Machine({ memoryBytes: 2 ** 20 }, host, (parts) => new Timed(parts));
  m.load(new Uint8Array(0), []);
  return { m, k: m.kernel as Timed };
}

Loop('when all cores are idle time jumps from event to event, up to the limit', () => {
  const { m, k } = timed(new MemoryHost());
  assert.is(m.run(2), 'limit');
  assert.equal(k.seen, []);
  assert.is(m.run(3), 'limit');
  assert.equal(k.seen, [['a', 96]]);
  assert.is(m.run(), 'stop');
  assert.equal(k.seen, [['a', 96], ['c', 144], ['b', 480]]);
  assert.is(m.stopMessage, 'deadlock: task 1 waits for nothing');
});

Loop('when only the host can wake a task the machine waits, and asks again on the next run', () => {
  const host = new MemoryHost();
  host.open = true;
  const { m, k } = timed(host);
  k.wanting = 2;
  assert.is(m.run(), 'wait');
  assert.is(m.run(), 'wait');
  host.feed('a');
  assert.is(m.run(), 'wait');
  host.feed('b');
  assert.is(m.run(), 'exit');
  assert.is(m.exitStatus, 7);
});

Loop('a fault of the model says where the machine was', () => {
  const { m, k } = timed(new MemoryHost());
  k.event = () => {
    throw new Error('boom');
  };
  assert.throws(() => m.run(), /^boom \[cycle 2, core 0 pc 0x0, core 1 pc 0x0, core 2 pc 0x0, core 3 pc 0x0\]$/);
});

Loop.run();
