/** Caches under `window` timing: what misses take, how many are under way, and that the machine's state has all of it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../machine/config.js';
import { memoryOf } from '../../machine/memory/description.js';
import { boot, type Booted } from '../helpers/boot.js';
import { continuesAfterSteps, continuesAnywhere } from '../helpers/rounds.js';
const Caches = suite('caches in window timing');

// L1 1 KiB, L2 4 KiB 10 cycles, L3 16 KiB 30 cycles, DRAM 30 + 60 or 100, one fill buffer, four pages in the TLB
const small = memoryOf('unit')!;

function start(text: string, config: Partial<Config> = {}): Booted {
  return boot({ arch: 'amd64', timing: 'window', caches: small, ...config }, text);
}
function cycles(text: string, config: Partial<Config> = {}): number {
  const m = start(text, config);
  m.run();
  return m.cycles;
}

/** Cycles a round of a loop of `body`, once it has run for a while; CX counts, x is in SI. */
function perRound(body: string, config: Partial<Config> = {}, before = '', rounds = 300): number {
  const run = (rounds: number): number => cycles(`
    TEXT main(SB), NOSPLIT, $0
      MOVQ $x(SB), SI
      ${before}
      MOVQ $${rounds}, CX
    again:
      ${body}
      DECQ CX
      JNZ again
      HLT
    DATA x+0(SB)/8, $0
    GLOBL x(SB), NOPTR, $32768
  `, config);
  return (run(3 * rounds) - run(rounds)) / (2 * rounds);
}

/** Cycles a load of a chain through all lines of so many bytes. */
const chase = (bytes: number): number => perRound('MOVQ (SI), SI', {}, `
  MOVQ $${bytes / 64 - 1}, CX
link:
  LEAQ 64(SI), DI
  MOVQ DI, (SI)
  MOVQ DI, SI
  DECQ CX
  JNZ link
  MOVQ $x(SB), DI
  MOVQ DI, (SI)`);

const near = (got: number, want: number, within: number): void => assert.ok(Math.abs(got - want) <= within, `${got}, not ${want}`);

Caches('a chain of loads takes the latency of the level that holds its lines', () => {
  near(chase(512), 4, 0.1);
  near(chase(2048), 10, 0.1);
  near(chase(8192), 30, 0.5);
});

/** A load of a new line a round, of 16 KiB and more: DRAM has them all. */
const stream = `
  MOVQ (SI)(DX*1), AX
  ADDQ $64, DX
  ANDQ $0x7fff, DX`;

Caches('independent misses overlap as far as there are fill buffers', () => {
  const alone = perRound(stream);
  assert.ok(alone > 80, `${alone}`);
  const four = perRound(stream, { caches: { ...small, fillBuffers: 4 } });
  near(alone / four, 4, 1);
});

Caches('a second load of a line that is on its way waits for it, and takes no buffer', () => {
  near(perRound(`${stream}\nMOVQ -56(SI)(DX*1), BX`), perRound(stream), 3);
  const together = perRound(`${stream}\nANDQ $0, AX\nADDQ AX, DX\nMOVQ -56(SI)(DX*1), BX\nANDQ $0, BX\nADDQ BX, DX`);
  assert.ok(together > perRound(stream) + 4, `${together}`);
});

Caches('a load takes from the store buffer what the cache does not have yet', () => {
  // the store misses, its data come back at once; only the buffer's room limits how many are under way
  const copied = perRound('MOVQ AX, (SI)(DX*1)\nMOVQ (SI)(DX*1), AX\nADDQ $64, DX\nANDQ $0x7fff, DX');
  const plain = perRound('MOVQ AX, (SI)(DX*1)\nADDQ $64, DX\nANDQ $0x7fff, DX');
  near(copied, plain, 6);
});

Caches('a repeated string instruction brings all its lines, in either direction, and none when it counts to nothing', () => {
  const fill = (count: number, before = ''): number => perRound(`MOVQ CX, R8\nLEAQ 16384(SI), DI\nMOVQ $${count}, CX\n${before}\nREP\nSTOSQ\nCLD\nMOVQ R8, CX`, {}, '', 10);
  const none = fill(0);
  near(fill(64) - none, 0, 30); // 8 lines stay in L1
  const some = fill(1024) - none; // 128 lines do not fit into L2, and one is under way at a time
  near(some, 128 * (30 - 4), 400);
  near(fill(1024, 'STD') - none, some, 400);
});

Caches('locked accesses wait for stores before them and for their own lines', () => {
  const hits = perRound('MOVQ AX, 128(SI)\nLOCK\nXADDQ BX, (SI)');
  near(hits, 18, 0.5);
  const missing = perRound('MOVQ AX, 128(SI)(DX*1)\nADDQ $64, DX\nANDQ $0x3fff, DX\nLOCK\nXADDQ BX, (SI)');
  assert.ok(missing >= hits + (30 - 4), `${missing}`); // out of L3
});

Caches('code that the first level does not hold is waited for', () => {
  const jumps = (count: number, apart: number): number => perRound(Array.from({ length: count }, (_, i) => `JMP l${i}\nPCALIGN $${apart}\nl${i}: ADDQ $1, AX`).join('\n'), {}, '', 3) / count;
  // 512 lines of code need more than L3 has of the teaching core; the micro-op cache holds 256 windows of 32 bytes
  const [near, far] = [jumps(8, 64), jumps(512, 64)];
  assert.ok(near < 4 && far > 60, `${near} and ${far}`);
});

const work = (rounds: number): string => `
  TEXT main(SB), NOSPLIT, $0
    MOVQ $${rounds}, CX
    MOVQ $x(SB), SI
  again:
    IMULQ $1103515245, AX
    ADDQ $12345, AX
    MOVQ AX, DX
    SHRQ $20, DX
    ANDQ $0x3ff8, DX
    ADDQ AX, (SI)(DX*1)
    MOVQ 32(SI)(DX*1), BX
    XORQ BX, DI
    PUSHQ AX
    POPQ BX
    LOCK
    XADDQ BX, 8(SI)
    TESTQ $0x4000, AX
    JZ skip
    MOVQ BX, 61(SI)(DX*1)
  skip:
    DECQ CX
    JNZ again
    HLT
  DATA x+0(SB)/8, $0
  GLOBL x(SB), NOPTR, $20480
`;

for (const [cores, memory] of [[1, small], [3, { ...small, inclusive: false, protocol: 'moesi', fillBuffers: 3 }]] as const) {
  const config = { cores, caches: memory };
  Caches(`${cores} cores: a restored machine goes on as the one that was saved, and dropped code changes nothing`, () => {
    const text = work(150);
    const whole = start(text, config);
    whole.run();
    continuesAnywhere(whole, start(text, config), 12_000);
  });
}

Caches('stepping and then going on costs what going on costs, in either grain', () => {
  const text = work(100);
  const whole = start(text);
  whole.run();
  for (const grain of ['block', 'insn'] as const) continuesAfterSteps(whole, start(text, { grain }), 333, ['AX', 'BX', 'DI']);
});

Caches('cores that write one line pass it on, and each transfer takes its time', () => {
  const text = (apart: number): string => `
    TEXT main(SB), NOSPLIT, $0
      MOVQ $x(SB), SI
      IMULQ $${apart}, DI
      ADDQ DI, SI
      MOVQ $300, CX
      MOVL $1, AX
    again:
      LOCK
      XADDQ AX, (SI)
      MOVL $1, AX
      DECQ CX
      JNZ again
      HLT
    DATA x+0(SB)/8, $0
    GLOBL x(SB), NOPTR, $4096
  `;
  const run = (apart: number): Booted => {
    const m = start(text(apart), { cores: 2 });
    m.run();
    return m;
  };
  const [shared, own] = [run(0), run(64)];
  assert.is(shared.peek('x'), '0x258'); // 2 * 300
  near(own.cycles, 300 * 18, 800);
  assert.ok(shared.cycles > 2 * own.cycles, `${shared.cycles} and ${own.cycles}`);
});

Caches.run();
