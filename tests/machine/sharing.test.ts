/** What cores do to lines that they share, as an observer is told it: kinds of sharing by bytes, and that observing changes nothing; blocks that an observer watches. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timing } from '../../machine/config.js';
import type { SharedRequest, Verdicts } from '../../machine/exec/sharing.js';
import { memoryOf } from '../../machine/memory/description.js';
import { boot, type Booted } from '../helpers/boot.js';
const Shared = suite('shared lines');

const skylake = memoryOf('skylake')!;

interface Counted extends Verdicts {
  requests: number;
  waits: number;
  ticks: number;
  readonly offsets: Set<number>;
}

/** Two cores do what stands in `first` and `second` a number of times; SI is the address of a page of zeros. */
function twoCores(first: string, second: string, times = 300, timing: Timing = 'interval'): Booted {
  const loop = (name: string, body: string): string => `
    ${name}:
      ${body.trim().split('\n').join('\n      ')}
      DECQ CX
      JNZ ${name}
      HLT`;
  return boot({ arch: 'amd64', cores: 2, timing, caches: skylake }, `
    TEXT main(SB), NOSPLIT, $0
      LEAQ x(SB), SI
      MOVQ $${times}, CX
      TESTQ DI, DI
      JNZ second
      ${loop('first', first)}
      ${loop('second', second)}
    GLOBL x(SB), NOPTR, $4096
  `);
}

/** Runs it; what was counted of line `at` of the page. */
function observed(m: Booted, at = 0): Counted {
  const counted: Counted = { requests: 0, waits: 0, ticks: 0, trueSharing: 0, falseSharing: 0, unknown: 0, offsets: new Set() };
  const base = m.address('x') + 64 * at;
  const sharing = m.machine.engine.caches!.observeSharing({
    shared({ address, waits, ticks }: SharedRequest) {
      if (address < base || address >= base + 64) return undefined;
      if (waits) counted.waits++;
      else counted.requests++;
      counted.ticks += ticks;
      counted.offsets.add(address - base);
      return counted;
    },
  })!;
  m.run();
  sharing.finish();
  return counted;
}

Shared('words that one core each counts up are shared falsely, a word of both truly', () => {
  const apart = observed(twoCores('INCQ (SI)', 'INCQ 8(SI)'));
  assert.ok(apart.requests > 10 && apart.ticks > 0);
  assert.equal([apart.trueSharing, [...apart.offsets].sort()], [0, [0, 8]]);
  assert.is(apart.falseSharing + apart.unknown, apart.requests);
  assert.ok(apart.unknown <= 2, 'the first request of each core');
  const same = observed(twoCores('LOCK\nINCQ (SI)', 'LOCK\nINCQ (SI)'));
  assert.ok(same.requests > 10);
  assert.is(same.falseSharing, 0);
});

Shared('a reader shares truly with who writes what it reads, falsely with who writes beside it', () => {
  assert.is(observed(twoCores('MOVQ (SI), AX', 'INCQ (SI)')).falseSharing, 0);
  assert.is(observed(twoCores('MOVQ (SI), AX', 'INCQ 56(SI)')).trueSharing, 0);
  // an access may touch several words: the upper half of these 16 bytes is written by the other
  assert.is(observed(twoCores('MOVOU (SI), X0', 'INCQ 8(SI)')).falseSharing, 0);
});

Shared('an out-of-order core tells the same kinds apart, and counts the time of requests that overlap once', () => {
  const inWindow = (first: string, second: string): Booted => twoCores(first, second, 3000, 'window');
  const m = inWindow('INCQ (SI)', 'INCQ 8(SI)');
  const apart = observed(m);
  assert.ok(apart.requests > 10 && apart.waits > 10);
  assert.equal([apart.trueSharing, [...apart.offsets].sort()], [0, [0, 8]]);
  assert.ok(apart.ticks <= 3 * 48 * m.cycles, `${apart.ticks} ticks of ${m.cycles} cycles: of two cores, and of stores that are still waiting at the end`);
  assert.is(observed(inWindow('LOCK\nINCQ (SI)', 'LOCK\nINCQ (SI)')).falseSharing, 0);
  const beside = observed(inWindow('MOVQ (SI), AX', 'INCQ 56(SI)'));
  assert.ok(beside.trueSharing === 0 && beside.requests > 100, JSON.stringify(beside));
  // the first INCQ loads before it asks for the right to write: a load of what nobody else has written
  const upper = observed(inWindow('MOVOU (SI), X0', 'INCQ 8(SI)'));
  assert.ok(upper.trueSharing > 10 * upper.falseSharing, JSON.stringify(upper));
  assert.is(observed(inWindow('INCQ (SI)', 'INCQ 64(SI)')).requests, 0);
});

Shared('lines of their own are not shared at all', () => {
  const m = twoCores('INCQ (SI)', 'INCQ 64(SI)');
  assert.is(observed(m).requests, 0);
});

Shared('what is touched later in the time that a core has a line counts as well', () => {
  // each core begins with a word of its own; before it asks for the line again, it has also read the other's
  const m = observed(twoCores('INCQ (SI)\nMOVQ 8(SI), AX', 'INCQ 8(SI)\nMOVQ (SI), AX'));
  assert.ok(m.trueSharing > 10 * m.falseSharing, JSON.stringify(m));
});

Shared('observing changes neither cycles nor state', () => {
  const bodies = [['INCQ (SI)\nMOVQ 8(SI), AX', 'INCQ 8(SI)'], ['LOCK\nXADDQ AX, (SI)', 'MOVQ (SI), AX\nMOVQ AX, 16(SI)']] as const;
  for (const timing of ['interval', 'window'] as const) {
    for (const [first, second] of bodies) {
      const plain = twoCores(first, second, 3000, timing);
      plain.run();
      const m = twoCores(first, second, 3000, timing);
      observed(m);
      assert.is(m.cycles, plain.cycles);
      assert.is(m.machine.digest(), plain.machine.digest());
    }
  }
});

Shared('a block that is watched is told of each time a core comes to it, however it comes', () => {
  const code = `
    TEXT main(SB), NOSPLIT, $0
      MOVQ $100, CX
    again:
      CALL f(SB)
      DECQ CX
      JNZ again
      LEAQ f(SB), AX
      CALL AX
      HLT
    TEXT f(SB), NOSPLIT, $0
      INCQ BX
      RET
  `;
  const ends = (watch: boolean, stepping: boolean): [number, number, string] => {
    const m = boot({ arch: 'amd64', cores: 1, grain: stepping ? 'insn' : 'block' }, code);
    let told = 0;
    let back = 0;
    const { engine } = m.machine;
    if (watch) {
      engine.watch(m.address('f'), (core) => {
        told++;
        const sp = Number(BigInt(m.regs('SP').SP!));
        assert.is(core, 0);
        if (told === 50) engine.watch(Number(BigInt(m.peekAt(sp))), () => back++); // code that has run already
      });
    }
    m.run();
    assert.is(m.regs('BX').BX, '0x65');
    if (watch) assert.is(back, 51);
    return [told, m.cycles, m.machine.digest()];
  };
  for (const stepping of [false, true]) {
    const [, cycles, digest] = ends(false, stepping);
    assert.equal(ends(true, stepping), [101, cycles, digest]);
  }
});

Shared.run();
