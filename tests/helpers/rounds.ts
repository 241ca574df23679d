/** Loops whose rounds are timed, and what must not change how a machine goes on. */
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { bareKernel } from './bare.js';
import type { Booted } from './boot.js';
import { Random } from './random.js';

/** A loop of `body`, which keeps CX and finds `bytes` of zeros in SI, of so many rounds. */
export const loop = (body: string, rounds: number, bytes = 4096): string => `
  TEXT main(SB), NOSPLIT, $0
    MOVQ $${rounds}, CX
    MOVQ $x(SB), SI
  again:
    ${body.trim().split('\n').join('\n    ')}
    DECQ CX
    JNZ again
    HLT
  DATA x+0(SB)/8, $0
  GLOBL x(SB), NOPTR, $${bytes}
`;

/** Stops a machine at random moments at most `most` cycles apart: a restored copy, and the machine itself after a rollback and without decoded code, end as `whole` did. */
export function continuesAnywhere(whole: Booted, m: Booted, most: number): void {
  const want = [whole.machine.digest(), whole.cycles];
  const r = new Random(3);
  for (let at = 0; at < whole.cycles; at += 1 + r.below(most)) {
    m.run(at);
    const copy = Machine.restore(m.machine.snapshot(), new MemoryHost(), bareKernel);
    assert.is(copy.digest(), m.machine.digest(), `at cycle ${at}`);
    copy.run();
    assert.equal([copy.digest(), copy.cycles], want, `from cycle ${at}`);
    const checkpoint = m.machine.checkpoint();
    m.run(at + 100);
    m.machine.rollback(checkpoint);
    m.machine.engine.flushAll();
  }
  m.run();
  assert.equal([m.machine.digest(), m.cycles], want);
}

/** One instruction of core 0, or what the kernel does instead: pages appear when they are touched. */
export function step({ machine }: Booted): void {
  if (machine.engine.step(0)) machine.kernel.trap(0, machine.engine.stop);
}

/** A machine that is stepped so many times and then runs costs and computes what `whole` did. */
export function continuesAfterSteps(whole: Booted, m: Booted, steps: number, registers: readonly string[]): void {
  m.run(1);
  for (let i = 0; i < steps; i++) step(m);
  m.run();
  assert.equal([m.cycles, m.instructions, m.regs(...registers)], [whole.cycles, whole.instructions, whole.regs(...registers)]);
}
