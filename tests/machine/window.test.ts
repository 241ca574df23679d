/** Timing `window` in machines: what programs take in it, its state, and what it shares with `interval`. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
import { contextBytes } from '../../machine/core/context.js';
import { timingCells } from '../../machine/core/timing.js';
import { makeConfig, type Config, type Timing } from '../../machine/config.js';
import { readDescription } from '../../machine/description.js';
import { Machine } from '../../machine/machine.js';
import { MemoryHost } from '../../machine/host.js';
import { Guest } from '../bench/guest.js';
import { bareKernel } from '../helpers/bare.js';
import { boot, type Booted } from '../helpers/boot.js';
import { continuesAfterSteps, continuesAnywhere, loop, step } from '../helpers/rounds.js';
const Windows = suite('window timing');

/** Cycles an iteration of the loop. */
function perRound(body: string, rounds = 200, timing: Timing = 'window'): number {
  const run = (rounds: number): number => {
    const m = boot({ arch: 'amd64', timing }, loop(body, rounds));
    m.run();
    return m.cycles;
  };
  return (run(3 * rounds) - run(rounds)) / (2 * rounds);
}

const near = (got: number, want: number, within = 0.1): void => assert.ok(Math.abs(got - want) <= within, `${got}, not ${want}`);

Windows('independent instructions take issue slots, a chain takes its latency', () => {
  // eight slots, the pair counting once, four a cycle
  near(perRound('ADDQ $1, AX\nADDQ $1, BX\nADDQ $1, DX\nADDQ $1, DI\nADDQ $1, R8\nADDQ $1, R9\nADDQ $1, R10'), 8 / 4, 0.2);
  near(perRound('IMULQ BX, AX\nIMULQ BX, AX'), 2 * 3);
  near(perRound('IMULQ BX, AX\nJMP next\nnext:\nIMULQ BX, AX'), 2 * 3);
  near(perRound('SQRTSD X2, X2\nSQRTSD X2, X2'), 2 * 15);
});

Windows('a load takes what an older store to its address has, and waits for the cache where two lines meet', () => {
  near(perRound('ADDQ $1, (SI)'), 4 + 1); // forwarded, added to
  near(perRound('ADDQ $1, (SI)\nADDQ $64, SI\nANDQ $~0x380, SI'), 2, 0.5); // eight places in turn: no load waits
  const chain = (at: number): number => perRound(`ADDQ DX, AX\nANDQ $0, AX\nMOVQ ${at}(SI)(AX*1), DX`);
  near(chain(60) - chain(56), 5);
});

Windows('locked accesses are 18 cycles apart, and what waits for neither them nor their results goes on meanwhile', () => {
  const two = ['LOCK\nXADDQ AX, (SI)\n', 'LOCK\nXADDQ BX, 64(SI)\n'] as const;
  const others = 'ADDQ $1, R8\nADDQ $1, R9\n'.repeat(30); // 60 slots and twice 8 take 19 cycles
  for (const timing of ['interval', 'window'] as const) {
    near(perRound(two.join(''), 200, timing), 2 * 18);
    near(perRound(two.join('') + others, 200, timing), 2 * 18);
    near(perRound(two.join(others), 200, timing), 2 * 18);
    near(perRound(two.join('ADDQ $1, BX\nADDQ AX, BX\n'), 200, timing), 2 * 18, 1.1);
  }
});

Windows('registers that an address is made of are those before the instruction', () => {
  // the load moves its own base; were its new value taken, it would seem to read what was just stored
  const at = (offset: number): number => perRound(`MOVQ AX, ${offset}(SI)\nMOVQ SI, DX\nMOVQ 8(DX), DX\nADDQ DX, AX\nANDQ $0, AX`);
  assert.ok(at(8) > at(64) + 2, `${at(8)} and ${at(64)}`);
});

Windows('a loop that the micro-op cache does not hold comes through the decoders, every round', () => {
  const long = (count: number): number => perRound('MOVQ $0x12345678, R8\n'.repeat(count), 20) / count;
  // 7 bytes each: four a cycle, or 16 bytes without the cache, whose 256 lines hold 256 windows of 32 bytes
  near(long(300), 1 / 4, 0.02);
  near(long(2000), 7 / 16, 0.05);
});

Windows('a branch that follows no pattern costs its refill about every second time', () => {
  const random = (bit: string): string => `
    IMULQ $1103515245, AX
    ADDQ $12345, AX
    MOVQ AX, DX
    SHRQ $45, DX
    TESTQ $1, ${bit}
    JZ even
    ADDQ $1, BX
  even:
    NOP`;
  const more = perRound(random('DX')) - perRound(random('CX'));
  assert.ok(more > 16 / 2 - 2 && more < 40 / 2, `${more}`);
});

/** Branches of all kinds: by chance, in loops, calls, indirect calls and jumps, returns that no call predicts. */
const branches = `
  TEXT main(SB), NOSPLIT, $0
    MOVQ $3000, CX
    MOVQ $f(SB), R8
    MOVQ $f2(SB), R9
    JMP round(SB)
  TEXT round(SB), NOSPLIT, $0
    IMULQ $1103515245, AX
    ADDQ $12345, AX
    MOVQ AX, DX
    SHRQ $45, DX
    TESTQ $1, DX
    JZ even
    CALL f(SB)
  even:
    TESTQ $6, DX
    JNZ odd
    XCHGQ R8, R9
  odd:
    CALL R8
    MOVQ $back(SB), R10
    PUSHQ R10
    BYTE $0xc3 // RET
  TEXT back(SB), NOSPLIT, $0
    DECQ CX
    JZ done
    MOVQ $again2(SB), R10
    JMP R10
  done:
    HLT
  TEXT again2(SB), NOSPLIT, $0
    MOVQ CX, BX
    ANDQ $3, BX
    MOVQ BX, R11
    JMP loop
  body:
    NOP
  loop:
    DECQ R11
    JGE body
    JMP round(SB)
  TEXT f(SB), NOSPLIT, $0
    RET
  TEXT f2(SB), NOSPLIT, $0
    CALL f(SB)
    RET
`;

const arm64Branches = `
  TEXT main(SB), NOSPLIT, $0
    MOVD $3000, R1
    MOVD $1103515245, R2
    MOVD $f(SB), R8
    MOVD $f2(SB), R9
  again:
    MUL R2, R3, R3
    ADD $12345, R3
    LSR $45, R3, R4
    TBZ $0, R4, even
    CALL f(SB)
  even:
    TST $6, R4
    BNE odd
    EOR R8, R9, R8
    EOR R8, R9, R9
    EOR R8, R9, R8
  odd:
    CALL (R8)
    SUB $1, R1
    CBNZ R1, again
    HLT $0
  TEXT f(SB), NOSPLIT, $0
    RET
  TEXT f2(SB), NOSPLIT, $0
    MOVD R30, R10
    CALL f(SB)
    JMP (R10)
`;

/** The predictor's state, without the ready times that interval keeps among it. */
function predictor(m: Booted): readonly string[] {
  const { timing } = m.machine.core(0).saveAll();
  const { history, ready, returns, front, counters, end, mispredictions, decodings } = timingCells;
  const cells = [[history, ready], [returns, front], [counters, end], [mispredictions, decodings]];
  return cells.map(([from, to]) => Buffer.from(timing.subarray(from! - contextBytes, to! - contextBytes)).toString('base64'));
}

Windows('the predictor goes through the same states as under interval timing, and mispredicts as often', () => {
  for (const [arch, text] of [['amd64', branches], ['arm64', arm64Branches]] as const) {
    const run = (timing: Timing): Booted => {
      const m = boot({ arch, timing }, text);
      m.run();
      return m;
    };
    const [a, b] = [run('interval'), run('window')];
    assert.is(b.instructions, a.instructions);
    const wrong = a.machine.engine.mispredicts(0);
    assert.ok(wrong > 1000, `${wrong}`);
    assert.is(b.machine.engine.mispredicts(0), wrong, arch);
    assert.equal(predictor(b), predictor(a), arch);
  }
});

Windows('TAGE learns patterns that are longer than the history of gshare, and a snapshot has what it has learned', () => {
  // the inner loop ends every 25th time
  const text = loop(`
    MOVQ $25, BX
  inner:
    DECQ BX
    JNZ inner`, 400);
  const run = (config: Partial<Config>): Booted => {
    const m = boot({ timing: 'window', ...config }, text);
    m.run();
    return m;
  };
  const wrong = (m: Booted): number => m.machine.engine.mispredicts(0);
  const [gshare, tage] = [run({}), run({ predictor: 'tage' })];
  assert.ok(wrong(gshare) > 350, `${wrong(gshare)}`);
  assert.ok(wrong(tage) < 60, `${wrong(tage)}`);
  assert.ok(tage.cycles < gshare.cycles - 300 * 16);
  const half = boot({ timing: 'window', predictor: 'tage' }, text);
  half.run(Math.floor(tage.cycles / 2));
  const copy = Machine.restore(half.machine.snapshot(), new MemoryHost(), bareKernel);
  copy.run();
  assert.equal([copy.digest(), copy.cycles, copy.engine.mispredicts(0)], [tage.machine.digest(), tage.cycles, wrong(tage)]);
});

Windows('TAGE is refused where generated code predicts', () => {
  assert.throws(() => makeConfig({ predictor: 'tage', timing: 'interval' }), /predictor.kind tage with timing interval: only window has it/);
  assert.is(readDescription('{ "predictor": { "kind": "tage" } }', 'm.json').predictor, 'tage');
  assert.is(makeConfig({ predictor: 'tage' }).timing, 'window');
  assert.throws(() => readDescription('{ "timing": "window", "predictor": { "kind": "oracle" } }', 'm.json'), /predictor.kind "oracle": not "gshare" or "tage"/);
});

const work = loop(`
  IMULQ $1103515245, AX
  MOVQ AX, DX
  ANDQ $0x1f8, DX
  ADDQ AX, (SI)(DX*1)
  PUSHQ AX
  POPQ BX
  TESTQ $0x4000, AX
  JZ skip
  MOVQ BX, DI
  SQRTSD X1, X1
skip:
  XORQ DI, AX`, 400);

Windows('a restored machine goes on as the one that was saved, and dropped code changes nothing', () => {
  const whole = boot({ timing: 'window' }, work);
  whole.run();
  continuesAnywhere(whole, boot({ timing: 'window' }, work), 4000);
});

Windows('stepping and then going on costs what going on costs, in either grain', () => {
  const whole = boot({ timing: 'window' }, work);
  whole.run();
  for (const grain of ['block', 'insn'] as const) continuesAfterSteps(whole, boot({ timing: 'window', grain }, work), 777, ['AX', 'BX']);
});

Windows('a fault charges what ran before it, and nothing of the instruction that faults', () => {
  const start = (end: string): Booted => boot({ timing: 'window' }, `TEXT main(SB), NOSPLIT, $0\nMOVQ $0, SI\nIMULQ BX, AX\nIMULQ BX, AX\n${end}\n`);
  const fault = start('MOVQ (SI), AX\nHLT');
  fault.machine.run();
  assert.match(fault.machine.stopMessage ?? '', /fault/i);
  const stepped = start('HLT');
  while (stepped.instructions < 3) step(stepped);
  assert.equal([fault.instructions, fault.cycles], [3, stepped.cycles]);
});

Windows('memory is asked for each access of what has run, by its address, and what it answers delays the core', () => {
  const text = `
    TEXT main(SB), NOSPLIT, $0
      MOVQ $x(SB), SI
      MOVQ $3, DX
      MOVQ (SI), AX
      ADDQ AX, 8(SI)(DX*8)
      MOVQ AX, 60(SI)
      PUSHQ AX
      MOVL $60, AX
      MOVL $0, DI
      SYSCALL
    DATA x+0(SB)/8, $0
    GLOBL x(SB), NOPTR, $128
  `;
  const { image, symbols, diagnostics } = assemble([{ name: 'test.s', text }], { arch: 'amd64', entry: 'main', defines: { NOSPLIT: '4', NOPTR: '16' } });
  if (!image) throw new Error(diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  const x = symbols.find((s) => s.name === 'x')!.address;
  const run = (cycles: number): { asked: (number | string)[][]; ticks: number } => {
    const asked: (number | string)[][] = [];
    const guest = new Guest(image, 'window', {
      makeLines: (core) => () => ({
        lineBytes: 64,
        answered: undefined,
        data: (address, _bytes, write) => {
          asked.push([core, address - x, write ? 'w' : 'r']);
          return cycles;
        },
        code: () => 0,
      }),
    });
    const sp = guest.engine.state(0).num(4 * 8);
    guest.run();
    return { asked: asked.map(([core, at, how]) => [core!, at === sp - 8 - x ? 'stack' : at!, how!]), ticks: guest.engine.state(0).ticks };
  };
  const { asked, ticks } = run(0);
  // the store at 60 reaches into a second line
  assert.equal(asked, [[0, 0, 'r'], [0, 32, 'r'], [0, 32, 'w'], [0, 60, 'w'], [0, 64, 'w'], [0, 'stack', 'w']]);
  // two loads that do not wait for each other; stores are written later
  const later = (run(100).ticks - ticks) / 48;
  assert.ok(later > 80 && later <= 100, `${later}`);
});

Windows.run();
