/** Caches in machines: what misses cost as sums on the teaching core, and on skylake as its description says; nothing else changes with them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { memoryOf } from '../../machine/memory/description.js';
import { Count } from '../../machine/memory/counters.js';
import { bareKernel, bareMachine, imageOf, racing } from '../helpers/bare.js';
import { boot } from '../helpers/boot.js';
const Caches = suite('caches in machines');

const unit = memoryOf('unit')!;
const skylake = memoryOf('skylake')!;

/** Cycles of a straight piece of code that has the address of 64 KiB of zeros in SI. */
function cycles(body: string, config: Partial<Config>): number {
  const run = (code: string): number => {
    const m = boot({ arch: 'amd64', cores: 1, ...config }, `
      TEXT main(SB), NOSPLIT, $0
        LEAQ x(SB), SI
        ${code.trim().split('\n').join('\n        ')}
        HLT
      GLOBL x(SB), NOPTR, $65536
    `);
    m.run();
    return m.cycles;
  };
  return run(body) - run('');
}
const onUnit = (body: string): number => cycles(body, { timing: 'unit', caches: unit });

const load = 4;
const walk = unit.stlb.cycles + unit.walk.levels * unit.walk.stepCycles;
const fromL2 = unit.l2.cycles - unit.l1d.cycles;
const fromL3 = unit.l3.cycles - unit.l1d.cycles;

Caches('unit: the first load walks the page table and opens a row of DRAM, the next one hits', () => {
  assert.is(onUnit('MOVQ (SI), AX'), load + walk + fromL3 + unit.dram.rowMiss);
  assert.is(onUnit('MOVQ (SI), AX\nMOVQ 8(SI), BX'), load + walk + fromL3 + unit.dram.rowMiss + load);
});

Caches('unit: what L1 has lost comes from L2, and what L2 has lost from L3', () => {
  // L1D has 2 ways of 512 bytes each, L2 4 of 1 KiB
  const touch = (lines: readonly number[]): string => lines.map((n) => `MOVQ ${512 * n}(SI), AX`).join('\n');
  const again = (first: readonly number[]): number => onUnit(touch([...first, 0])) - onUnit(touch(first));
  assert.is(again([0]), load);
  assert.is(again([0, 1]), load);
  assert.is(again([0, 1, 2]), load + fromL2);
  assert.is(again([0, 1, 2, 4, 6, 3]), load + fromL2, 'lines 0, 2, 4 and 6 share a set of L2');
  assert.is(again([0, 2, 4, 6, 8 - 8 + 1, 3, 5, 7]), load + fromL2);
});

Caches('unit: a translation that left the first TLB is in the second, after a walk the upper levels are remembered', () => {
  // 4 entries in 2 sets
  const touch = (pages: readonly number[]): string => pages.map((n) => `MOVQ ${4096 * n + 64 * (n % 8)}(SI), AX`).join('\n');
  const again = (first: readonly number[]): number => onUnit(touch([...first, 0])) - onUnit(touch(first));
  assert.is(again([0, 2]), load);
  assert.is(again([0, 2, 4]), load + unit.stlb.cycles);
  const next = onUnit(touch([0, 1])) - onUnit(touch([0]));
  const known = unit.stlb.cycles + unit.walk.stepCycles;
  assert.ok([unit.dram.rowHit, unit.dram.rowMiss].map((dram) => load + known + fromL3 + dram).includes(next), `${next}`);
});

Caches('unit: stores wait in the buffer, until that is full', () => {
  const store = (count: number): string => Array.from({ length: count }, (_, n) => `MOVQ AX, ${64 * n}(SI)`).join('\n');
  const walked = onUnit('MOVQ (SI), BX');
  const cost = (count: number): number => onUnit(`MOVQ (SI), BX\n${store(count)}`) - walked;
  assert.is(cost(1), 1, 'the line is there');
  assert.is(cost(unit.storeBuffer), unit.storeBuffer, 'a buffer full of misses');
  assert.ok(cost(unit.storeBuffer + 2) > unit.storeBuffer + 2 + unit.dram.rowHit, 'one more waits for the first to be done');
});

/** Cycles an iteration of a chase through a cycle of pointers, `lines` of them 64 bytes apart in some order. */
function chase(lines: number, config: Partial<Config>): number {
  const run = (rounds: number): number => {
    const m = boot({ arch: 'amd64', cores: 1, timing: 'interval', caches: skylake, memoryBytes: 256 * 2 ** 20, ...config }, `
      TEXT main(SB), NOSPLIT, $0
        LEAQ x(SB), SI
        XORQ CX, CX
      link: // element i points to element i * 5 + 3 modulo the (power of two) number of lines, a single cycle
        LEAQ 3(CX)(CX*4), DX
        ANDQ $${lines - 1}, DX
        MOVQ DX, BX
        SHLQ $6, DX
        ADDQ SI, DX
        MOVQ CX, AX
        SHLQ $6, AX
        MOVQ DX, (SI)(AX*1)
        ADDQ $1, CX
        CMPQ CX, $${lines}
        JLT link
        MOVQ SI, AX
        MOVQ $${rounds * lines}, CX
      again:
        MOVQ (AX), AX
        DECQ CX
        JNZ again
        HLT
      GLOBL x(SB), NOPTR, $${lines * 64}
    `);
    m.run();
    return m.cycles;
  };
  return (run(5) - run(2)) / (3 * lines);
}

Caches('skylake: a chase takes what the level takes that has its lines', () => {
  const [l1, l2] = [chase(256, {}), chase(2048, {})];
  assert.ok(Math.abs(l1 - skylake.l1d.cycles) <= 1, `16 KiB: ${l1}`);
  assert.ok(Math.abs(l2 - skylake.l2.cycles) <= 1, `128 KiB: ${l2}`);
});

Caches('skylake: independent misses overlap, dependent ones do not', () => {
  // a store to each page gives it a frame, whose other lines no cache has
  const pages = Array.from({ length: 16 }, (_, n) => `MOVB AX, ${4096 * n + 64}(SI)`).join('\n');
  const strided = (chained: string, fillBuffers = skylake.fillBuffers): number => {
    const config: Partial<Config> = { timing: 'interval', caches: { ...skylake, fillBuffers } };
    const loads = `${pages}
      MOVQ $200, CX
    again:
      MOVQ (SI), AX
      ${chained}
      ADDQ $256, SI
      DECQ CX
      JNZ again`;
    return (cycles(loads, config) - cycles(pages, config)) / 200;
  };
  const [together, apart, single] = [strided('NOP'), strided('ADDQ AX, SI'), strided('NOP', 1)];
  assert.ok(apart > skylake.l3.cycles + skylake.dram.rowHit, `one after the other: ${apart}`);
  assert.ok(together * 4 < apart, `together: ${together}, apart: ${apart}`);
  assert.ok(single > 3 * together, `one fill buffer: ${single}`);
});

Caches('skylake: a locked access takes 18 cycles, a counter in memory 5', () => {
  const round = (body: string): number => (cycles(loop(body, 2000), { timing: 'interval', caches: skylake }) - cycles(loop(body, 1000), { timing: 'interval', caches: skylake })) / 1000;
  const loop = (body: string, rounds: number): string => `MOVQ $${rounds}, CX\nagain:\n${body}\nDECQ CX\nJNZ again`;
  assert.is(Math.round(round('LOCK\nINCQ (SI)')), 18);
  assert.is(Math.round(round('INCQ (SI)')), 5);
});

/** Cycles an iteration of each of two cores that do `body` on words `apart` bytes from each other; BX is the own word's address, DX that of the word beside it. */
function beside(body: string, apart: number): number {
  const run = (rounds: number): number => {
    const m = bareMachine(`
      TEXT main(SB), 4, $0
        LEAQ x(SB), BX
        IMULQ $${apart}, DI
        ADDQ DI, BX
        MOVQ BX, DX
        XORQ $8, DX
        MOVQ $${rounds}, CX
      again:
        ${body}
        DECQ CX
        JNZ again
        HLT
      GLOBL x(SB), 16, $4096
    `, { cores: 2, timing: 'interval', caches: skylake });
    m.run();
    return m.cycles;
  };
  return (run(3000) - run(1000)) / 2000;
}

Caches('skylake: cores that write to one line cost each other what they do on hardware', () => {
  const ratio = (body: string): number => beside(body, 8) / beside(body, 64);
  const atomic = ratio('LOCK; INCQ (BX)');
  assert.ok(atomic >= 5 && atomic <= 10, `atomic ${atomic}`);
  const plain = ratio('INCQ (BX)');
  assert.ok(plain >= 1 && plain <= 1.5, `plain ${plain}`);
  const neighbour = ratio('INCQ (BX); MOVQ (DX), AX; ADDQ AX, R8');
  assert.ok(neighbour >= 5 && neighbour <= 10, `reading the neighbour ${neighbour}`);
});

Caches('a system call takes the room of lines and pages that the program had', () => {
  const image = imageOf(`
    TEXT main(SB), 4, $0
      MOVQ $50, BX
    again:
      MOVL $39, AX // getpid
      SYSCALL
      LEAQ x(SB), SI
      MOVQ $16, CX
    next: // a line of each set of L1D, and of its neighbour
      MOVQ (SI), DX
      ADDQ $64, SI
      DECQ CX
      JNZ next
      DECQ BX
      JNZ again
      MOVL $60, AX
      XORL DI, DI
      SYSCALL
    DATA x+0(SB)/8, $1
    GLOBL x(SB), 16, $1024
  `);
  const misses = (l1d: number): number => {
    const caches = { ...unit, displaced: { ...unit.displaced, call: { l1i: 0, l1d, pages: 0 } } };
    const m = new Machine({ cores: 1, timing: 'unit', caches }, new MemoryHost());
    m.load(image, ['x']);
    assert.is(m.run(), 'exit');
    return m.engine.lines!.hierarchy.counters[0]![Count.loadL2]!;
  };
  assert.is(misses(0), 0);
  assert.is(misses(2), 49 * 2, 'two lines each time but the last');
  assert.is(misses(16), 49 * 16);
});

for (const timing of ['unit', 'interval'] as const) {
  Caches(`${timing}: limits, flushes, checkpoints and snapshots change nothing`, () => {
    const config: Partial<Config> = { cores: 4, timing, caches: timing === 'unit' ? unit : skylake, memoryBytes: 64 * 2 ** 20 };
    const whole = bareMachine(racing, config);
    whole.run();
    const want = [whole.cycles, whole.instructions, whole.digest()];
    const after = (m: Machine, step: number, each: (m: Machine) => void): unknown[] => {
      for (let limit = step; m.run(limit) === 'limit'; limit += step) each(m);
      return [m.cycles, m.instructions, m.digest()];
    };
    assert.equal(after(bareMachine(racing, config), 997, () => undefined), want, 'limits');
    assert.equal(after(bareMachine(racing, config), 9973, (m) => m.engine.flushAll()), want, 'flushes');
    assert.equal(after(bareMachine(racing, config), 50_021, (m) => {
      const checkpoint = m.checkpoint();
      m.run(m.cycles + 10_000);
      m.rollback(checkpoint);
    }), want, 'checkpoints');
    const half = bareMachine(racing, config);
    half.run(whole.cycles / 2);
    const restored = Machine.restore(half.snapshot(), new MemoryHost(), bareKernel);
    restored.run();
    assert.equal([restored.cycles, restored.instructions, restored.digest()], want, 'snapshot');
  });
}

Caches.run();
