/** What reports count: it adds up, it is what runs, and it changes nothing. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ticksPerCycle, type Config } from '../../machine/config.js';
import { Tallied } from '../../machine/exec/tally.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { memoryOf } from '../../machine/memory/description.js';
import { boot } from '../helpers/boot.js';
import { imageOf } from '../helpers/guest.js';
const Tallies = suite('counts for reports');

const skylake = memoryOf('skylake')!;
const neoverse = memoryOf('neoverse_n1')!;

/** boot2, whose two threads hand goroutines over, at its end. `step`: it runs in pieces of so many cycles. */
function ran(config: Partial<Config>, tallies = true, step = 3e8): Machine {
  const machine = new Machine({ memoryBytes: 64 << 20, cores: 2, ...config }, new MemoryHost(), (parts) => new Kernel(parts), [], false, tallies);
  machine.load(imageOf('boot2', config.arch), ['boot2']);
  for (let until = step; machine.run(until) === 'limit'; until += step) if (until > 3e8) throw new Error('lost its way');
  assert.is(machine.exitStatus, 0);
  return machine;
}
const counts = (m: Machine): number[][] => m.engine.tally!.cores.map((c) => [...c]);

for (const [timing, arch, caches] of [['interval', 'amd64', null], ['interval', 'amd64', skylake], ['interval', 'arm64', neoverse], ['window', 'amd64', skylake]] as const) {
  Tallies(`${timing}, ${arch}${caches ? ' with caches' : ''}: what a core's time went to adds up to the tick`, () => {
    const m = ran({ arch, caches, timing });
    const kernel = m.kernel as Kernel;
    m.engine.tally!.cores.forEach((own, core) => {
      const spent = own.slice(Tallied.issueTicks).reduce((a, b) => a + b, 0);
      assert.is(spent + kernel.state.counts[core]!.kernelTicks, kernel.coreTicks(core), `core ${core}`);
      assert.ok(spent > 0, 'both cores have run');
      assert.ok(own.every((n) => n >= 0));
    });
    const sum = (i: number): number => m.engine.tally!.cores.reduce((n, c) => n + c[i]!, 0);
    assert.ok(sum(Tallied.frontTicks) > 0 && sum(Tallied.mispredictTicks) > 0 && sum(Tallied.issueTicks) > 0);
    if (caches) assert.ok(sum(Tallied.dramTicks) > 0 && sum(Tallied.remoteTicks) > 0);
  });
}

Tallies('a machine that counts does what one that does not does', () => {
  for (const config of [{ timing: 'none' }, { timing: 'unit' }, { timing: 'interval' }, { timing: 'interval', caches: skylake }, { timing: 'window' }] as Partial<Config>[]) {
    assert.is(ran(config).digest(), ran(config, false).digest(), config.timing!);
  }
});

Tallies('where runs are cut makes no difference to what is counted', () => {
  for (const config of [{ timing: 'none' }, { timing: 'unit' }, { timing: 'interval' }, { timing: 'interval', caches: skylake }] as Partial<Config>[]) {
    const whole = counts(ran({ ...config, grain: 'insn' }));
    assert.equal(counts(ran({ ...config, grain: 'insn' }, true, 499)), whole, `${config.timing}`);
  }
});

Tallies('under window timing what retires late is told by what it waited for', () => {
  const of = (caches: Config['caches'], body: string): ((index: number) => number) => {
    const { machine } = boot({ timing: 'window', caches }, `TEXT main(SB), NOSPLIT|NOFRAME, $0\n${body}HLT\nDATA x+0(SB)/8, $x+0(SB)\nGLOBL x(SB), NOPTR, $4096\n`, true);
    machine.run(1e6);
    return (index) => machine.engine.tally!.cores[0]![index]! / ticksPerCycle;
  };
  const chain = (count: number): number => of(null, 'IMULQ AX, AX\n'.repeat(count))(Tallied.windowTicks);
  assert.is(chain(80) - chain(60), 20 * 3, 'a multiplication takes three cycles');
  const load = 'MOVQ $x(SB), SI\nMOVQ (SI), SI\n';
  const [once, same, other] = ['MOVQ BX, CX\n', 'MOVQ (SI), AX\n', 'MOVQ 64(SI), AX\n'].map((next) => of(skylake, load + next));
  assert.is(same!(Tallied.windowTicks) - once!(Tallied.windowTicks), skylake.l1d.cycles, 'L1 has the line');
  const { dram, l3, l1d } = skylake;
  assert.is(other!(Tallied.dramTicks) - same!(Tallied.dramTicks), l3.cycles - l1d.cycles + dram.rowHit, 'the next line of an open row');
  const warm = 'MOVQ $x(SB), SI\nMOVQ (SI), BX\nMOVQ 64(SI), AX\nANDQ $0, BX\nMOVQ 2048(SI)(BX*1), CX\nANDQ $0, CX\n';
  const [hits, splits] = [8, 60].map((at) => of(skylake, warm + `MOVQ ${at}(SI)(CX*1), CX\nANDQ $0, CX\n`.repeat(50)));
  assert.is(splits!(Tallied.dramTicks), hits!(Tallied.dramTicks), 'what is split waits for L1, whatever was waited for before');
  assert.ok(splits!(Tallied.fillTicks) > hits!(Tallied.fillTicks));
  const copied = of(skylake, 'MOVQ $main(SB), SI\nMOVQ $x(SB), DI\nMOVSQ\n');
  assert.is(copied(Tallied.dramTicks), 0, 'of a copy, what the load waits for counts, which is L2, where code is too, and not the line that it stores to');
  assert.ok(copied(Tallied.l2Ticks) > 0);
  const locked = (count: number): number => of(null, 'LOCK\nADDQ BX, x(SB)\n'.repeat(count))(Tallied.lockTicks);
  assert.is(locked(22) - locked(12), 10 * (18 - 2), 'locked accesses come after each other; two cycles of each retire its eight micro-ops');
});

/** Of a piece of code without a kernel: uops, loads, stores, branches. */
function of(timing: Config['timing'], text: string): number[] {
  const { machine } = boot({ timing }, text, true);
  machine.run(1e6);
  return [...machine.engine.tally!.cores[0]!.slice(0, Tallied.issueTicks)];
}

Tallies('accesses are counted by operands, branches however they go, and micro-ops as they are issued', () => {
  const text = `
    TEXT main(SB), NOSPLIT|NOFRAME, $0
      MOVQ $10, CX
      LEAQ x(SB), SI
    again:
      MOVQ (SI), AX
      ADDQ AX, 8(SI)
      PUSHQ AX
      POPQ BX
      CALL f(SB)
      DECQ CX
      JNZ again
      HLT
    TEXT f(SB), NOSPLIT, $0
      RET
    GLOBL x(SB), NOPTR, $64
  `;
  // a round: loads of MOVQ, ADDQ, POPQ, RET; stores of ADDQ, PUSHQ, CALL; CALL, RET, JNZ
  for (const timing of ['none', 'unit', 'interval', 'window'] as const) {
    const [uops, ...rest] = of(timing, text);
    assert.equal(rest, [40, 30, 30], timing);
    // MOVQ 1, ADDQ with memory 2 slots, PUSHQ 1, POPQ 1, CALL 2 (with the jump), RET 2, DECQ and JNZ fused 1
    if (timing === 'interval' || timing === 'window') assert.ok(uops! >= 10 * 10 && uops! <= 10 * 13, `${timing}: ${uops}`);
    else assert.is(uops, 0, 'nothing is known of them');
  }
});

Tallies('the kernel counts what it does, core by core', () => {
  const m = ran({});
  const { counts: own } = (m.kernel as Kernel).state;
  const sum = (of: (c: (typeof own)[number]) => number): number => own.reduce((n, c) => n + of(c), 0);
  assert.ok(own.every((c) => c.systemCalls > 0), 'a thread on each core');
  assert.ok(sum((c) => c.switches) >= 2 && sum((c) => c.pageFaults) > 0 && sum((c) => c.kicks) > 0);
  assert.ok(own.every((c) => c.kernelTicks % ticksPerCycle === 0 && c.kernelTicks >= c.tasklessTicks));
});

Tallies.run();
