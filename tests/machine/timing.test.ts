import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeConfig, uarchNames, type Config, type Timing } from '../../machine/config.js';
import { uarches } from '../../machine/uarch/lookup.js';
import { boot, type Booted } from '../helpers/boot.js';
import { machineFor, runOnMachine } from '../helpers/onMachine.js';
import { memoryOf } from '../../machine/memory/description.js';
import { continuesAfterSteps, continuesAnywhere, loop } from '../helpers/rounds.js';
const Times = suite('timing modes');

const modes: readonly Timing[] = ['none', 'unit', 'interval', 'window'];

/** Cycles an iteration of a loop of `body`, which keeps CX; in interval timing where nothing else is said. */
function perRound(body: string, config: Partial<Config> = {}): number {
  const run = (rounds: number): number => {
    const m = boot({ arch: 'amd64', timing: 'interval', ...config }, loop(body, rounds, 64));
    m.run();
    return m.cycles;
  };
  return (run(3000) - run(1000)) / 2000;
}

Times('none counts a cycle an instruction', () => {
  assert.is(perRound('ADDQ AX, BX\nIMULQ AX, BX', { timing: 'none' }), 4);
});

Times('unit adds what each instruction costs', () => {
  // ADDQ 1, IMULQ 3, load 4, store 1, DECQ 1, JNZ 1
  assert.is(perRound('ADDQ AX, BX\nIMULQ AX, BX\nMOVQ (SI), DX\nMOVQ DX, 8(SI)', { timing: 'unit' }), 1 + 3 + 4 + 1 + 1 + 1);
});

Times('interval: independent instructions take issue slots, a chain takes its latency', () => {
  // nine slots, the pair counting once, four a cycle
  assert.is(perRound('ADDQ $1, AX\nADDQ $1, BX\nADDQ $1, DX\nADDQ $1, DI\nADDQ $1, R8\nADDQ $1, R9\nADDQ $1, R10\nADDQ $1, R11'), 9 / 4);
  assert.is(perRound('ADDQ $1, AX\nPCALIGN $32\nADDQ $1, BX'), 2, 'the micro-op cache gives those of one window of 32 bytes a cycle');
  assert.is(perRound('IMULQ BX, AX\nIMULQ BX, AX'), 2 * 3);
  assert.is(perRound('IMULQ BX, AX\nJMP next\nnext:\nIMULQ BX, AX'), 2 * 3, 'across blocks as well');
  assert.is(perRound('MOVSD (SI), X0\nADDSD X1, X2\nADDSD X1, X2'), 2 * 4, 'vector registers too');
  assert.is(perRound('MOVQ $9, AX\nSQRTSD X2, X2\nSQRTSD X2, X2'), 2 * 15, 'and chains that are longer than a byte of quarter cycles has room for');
});

Times('interval: chains of latencies that rounds do not share overlap, however long a block makes them', () => {
  // load, square root, product, division: 6 + 15 + 4 + 13 cycles; the divider is kept for 4.5 and 4
  const apart = 'MOVSD (SI), X2\nSQRTSD X2, X2\nMULSD X1, X2\nMOVSD 8(SI), X3\nDIVSD X2, X3';
  assert.is(perRound(apart), 4.5 + 4);
  assert.is(perRound(`${apart}\nADDSD X3, X4`), 4.5 + 4, 'the sum waits, and not the clock');
  assert.is(perRound('IMULQ BX, AX\n'.repeat(11)), 11 * 3, 'one that they share takes what it takes: in general registers');
  assert.is(perRound('SQRTSD X2, X2\n'.repeat(3)), 3 * 15, 'in vector registers');
});

Times('interval: such chains, misses and wrong predictions among them come to the same in one run, by steps, and from anywhere', () => {
  const source = loop(`
    MOVSD (SI), X2
    SQRTSD X2, X2
    MULSD X1, X2
    MOVSD 8(SI), X3
    DIVSD X2, X3
    SQRTSD X4, X4
    ADDSD X3, X4
    IMULQ $1103515245, AX
    ADDQ $12345, AX
    IMULQ AX, DX
    IMULQ AX, DX
    IMULQ AX, DX
    ADDQ $192, SI
    MOVQ DX, R8
    SHRQ $45, R8
    TESTQ $1, R8
    JZ even
    SQRTSD X5, X5
  even:
    NOP`, 60, 16384);
  for (const caches of [null, memoryOf('skylake')!]) {
    const make = (): Booted => boot({ arch: 'amd64', timing: 'interval', caches }, source);
    const whole = make();
    whole.run();
    for (const steps of [17, 400]) continuesAfterSteps(whole, make(), steps, ['AX', 'DX', 'SI']);
    continuesAnywhere(whole, make(), 300);
  }
});

Times('window: a division that waits for its operand lets the next round\'s square root have the divider', () => {
  const rounds = perRound('MOVSD (SI), X2\nSQRTSD X2, X2\nMULSD X1, X2\nMOVSD 8(SI), X3\nDIVSD X2, X3', { timing: 'window' });
  assert.ok(rounds >= 4.5 + 4 && rounds <= 5 + 4, `${rounds} cycles`); // of half a cycle it knows nothing; in program order they would take 15 + 4 + 4
});

Times('interval: a chain that does not end costs nothing until the window is full of it', () => {
  const chain = (count: number): number => {
    const m = boot({ arch: 'amd64', timing: 'interval' }, `TEXT main(SB), NOSPLIT, $0\n${'IMULQ BX, AX\n'.repeat(count)}HLT\n`);
    m.run();
    return m.cycles;
  };
  assert.ok(chain(16) < 16 * 3 - 8);
});

Times('interval: a branch that follows no pattern costs its refill about every second time', () => {
  const random = `
    IMULQ $1103515245, AX
    ADDQ $12345, AX
    MOVQ AX, DX
    SHRQ $45, DX
    TESTQ $1, DX
    JZ even
    ADDQ $1, BX
  even:
    NOP`;
  const regular = random.replace('TESTQ $1, DX', 'TESTQ $1, CX');
  const [a, b] = [perRound(random), perRound(regular)];
  assert.ok(a - b > 16 / 2 - 2 && a - b < 40 / 2, `${a} and ${b}`);
  assert.ok(perRound(regular, { historyBits: 0 }) > b + 4, 'without history every second outcome is a surprise');
});

Times('interval: returns are predicted by their calls, and other indirect jumps by where they went last', () => {
  const run = (calls: string): number => {
    const m = boot({ arch: 'amd64', timing: 'interval' }, `
      TEXT main(SB), NOSPLIT, $0
        MOVQ $1000, CX
        MOVQ $f(SB), R8
        MOVQ $f2(SB), R9
      again:
        ${calls}
        DECQ CX
        JNZ again
        HLT
      TEXT f(SB), NOSPLIT, $0
        RET
      TEXT f2(SB), NOSPLIT, $0
        RET
    `);
    m.run();
    return m.cycles / 1000;
  };
  assert.ok(run('CALL f(SB)\nCALL f(SB)') < 16);
  assert.ok(run('CALL R8') < 12);
  assert.ok(run('CALL R8\nXCHGQ R8, R9') > 16, 'a target that changes every time');
});

Times('no core sees a clock show less than another core has read before', () => {
  const amd64 = `
    TEXT main(SB), NOSPLIT, $0
      MOVQ $500, CX
    again:
      MOVQ x(SB), BX
      RDTSC
      SHLQ $32, DX
      ORQ DX, AX
      CMPQ AX, BX
      JCC fine
      ADDQ $1, R9
    fine:
      MOVQ AX, x(SB)
      DECQ CX
      JNZ again
      HLT
    DATA x+0(SB)/8, $0
    GLOBL x(SB), NOPTR, $64`;
  for (const timing of modes) {
    const m = boot({ arch: 'amd64', timing, cores: 3 }, amd64);
    m.run();
    for (let core = 0; core < 3; core++) assert.equal(m.on(core).regs('R9', 'CX'), { R9: '0x0', CX: '0x0' }, `${timing}, core ${core}`);
    assert.ok(Number(m.peek('x')) > 500);
  }
});

Times('programs that read no clock end with the same registers and memory in every mode', () => {
  const run = (timing: Timing): Booted => {
    const m = boot({ arch: 'amd64', timing }, `
      TEXT main(SB), NOSPLIT, $0
        MOVQ $500, CX
        MOVQ $x(SB), SI
      again:
        IMULQ $1103515245, AX
        ADDQ CX, AX
        MOVQ AX, DX
        ANDQ $56, DX
        ADDQ AX, (SI)(DX*1)
        TESTQ $8, DX
        JZ skip
        CALL f(SB)
      skip:
        DECQ CX
        JNZ again
        HLT
      TEXT f(SB), NOSPLIT, $0
        XORQ AX, BX
        RET
      DATA x+0(SB)/8, $0
      GLOBL x(SB), NOPTR, $64
    `);
    m.run();
    return m;
  };
  const seen = modes.map((timing) => {
    const m = run(timing);
    return { ...m.regs('AX', 'BX', 'CX', 'DX', 'SI', 'SP'), memory: m.peek('x', 0, 64), instructions: m.instructions };
  });
  for (const s of seen) assert.equal(s, seen[0]);
});

Times('programs write the same and end with the same status in every mode, on both instruction sets', () => {
  for (const arch of ['amd64', 'arm64'] as const) {
    for (const name of ['boot', 'counter']) {
      // counter is long for window, which runs it in window.all.ts
      const tried = name === 'boot' ? modes : modes.filter((timing) => timing !== 'window');
      const ran = tried.map((timing) => runOnMachine(name, { arch, timing }));
      for (const { output, status, stopped } of ran) assert.equal([output, status, stopped], [ran[0]!.output, ran[0]!.status, undefined], `${name} ${arch}`);
      assert.is(new Set(ran.map((r) => r.cycles)).size, tried.length, 'but not in the same time');
    }
  }
});

Times('where limits cut a run makes no difference to its time', () => {
  for (const arch of ['amd64', 'arm64'] as const) {
    for (const [name, config] of [['counter', { arch, grain: 'insn' }], ['boot', { arch, timing: 'window' }]] as const) {
      const want = runOnMachine(name, config);
      const { machine } = machineFor(name, config);
      for (let until = 7; machine.exitStatus === undefined; until += 7 + (until % 4999)) machine.run(until);
      assert.equal([machine.digest(), machine.cycles], [want.digest, want.cycles], arch);
    }
  }
});

Times('a machine has a microarchitecture of its instruction set, or the teaching core', () => {
  for (const [arch, names] of Object.entries(uarchNames)) {
    for (const name of names) assert.ok(['any', arch].includes(uarches.find((u) => u.name === name)?.isa ?? ''), name);
  }
  assert.is(makeConfig({ arch: 'arm64' }).uarch, 'neoverse_n1');
  assert.is(makeConfig({ uarch: 'unit' }).timing, 'unit');
  assert.is(makeConfig({ timing: 'unit' }).uarch, 'unit');
  assert.throws(() => makeConfig({ uarch: 'neoverse_n1' }), /uarch neoverse_n1: choose skylake or unit/);
  assert.throws(() => makeConfig({ timing: 'interval', uarch: 'unit' }), /unit and unit go together/);
  assert.throws(() => makeConfig({ timing: 'window', uarch: 'unit' }), /unit and unit go together/);
  assert.throws(() => makeConfig({ historyBits: 15 }), /predictor.historyBits 15: choose 0 to 14/);
});

Times.run();
