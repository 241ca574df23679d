/** Code that a program writes, rewrites, moves and unmaps: rolled back to any moment, it goes on as it did. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import type { Checkpoint } from '../../machine/snapshot.js';
import { Random } from '../helpers/random.js';
const Rollback = suite('rollback of code');

/** A page at 0x700000 that may be written and run. */
const mapsPage = `	MOVL $9, AX
	MOVQ $0x700000, DI
	MOVL $4096, SI
	MOVL $7, DX
	MOVL $0x32, R10
	MOVQ $-1, R8
	XORL R9, R9
	SYSCALL
`;

/** Thirty times: maps a page where one was before, writes `MOVL $n, AX; RET` there twice with different n, calls it, and unmaps it, or not. */
const text = `
TEXT _rt0_amd64_linux(SB), 516, $0
	MOVQ $30, R12
	XORQ R13, R13
again:
${mapsPage}	MOVQ R12, CX
	SHLQ $11, CX
	MOVQ SP, R11
	SUBQ CX, R11
	MOVB R12, (R11) // now and then a page of the stack, which takes the frame that was free
	MOVQ R12, BX
	CALL change(SB)
	SHLQ $1, BX
	CALL change(SB)
	TESTQ $1, R12
	JZ keep
	MOVL $11, AX
	MOVQ $0x700000, DI
	MOVL $4096, SI
	SYSCALL
keep:
	DECQ R12
	JNZ again
	MOVQ R13, DI
	ANDQ $127, DI
	MOVL $231, AX
	SYSCALL
TEXT change(SB), 516, $0
	MOVQ $0x700000, R15
	MOVB $0xb8, (R15)
	MOVL BX, 1(R15)
	MOVB $0xc3, 5(R15)
	MOVL $500, R14
loop:
	CALL R15
	ADDQ AX, R13
	DECQ R14
	JNZ loop
	RET
`;

/** Maps a page, writes `MOVL $0, AX; RET` there, and changes the number and calls it, again and again. */
const rewriting = `
TEXT _rt0_amd64_linux(SB), 516, $0
${mapsPage}	MOVQ AX, R15
	MOVB $0xb8, (R15)
	MOVL $0, 1(R15)
	MOVB $0xc3, 5(R15)
	MOVQ $400, R12
again:
	MOVB R12, 1(R15)
	CALL R15
	ADDQ AX, R13
	DECQ R12
	JNZ again
	MOVL $231, AX
	XORL DI, DI
	SYSCALL
`;

/** Cycles between moments. */
const step = 997;

function booted(config: Partial<Config> = {}, program = text): Machine {
  const { image, diagnostics } = assemble([{ name: 'code.s', text: program }], {});
  if (!image) throw new Error(diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  const machine = new Machine({ memoryBytes: 2 ** 24, cores: 1, ...config }, new MemoryHost(), (parts) => new Kernel(parts));
  machine.load(image, ['code']);
  return machine;
}

Rollback('to every moment, in any order, on to the same end', () => {
  const whole = booted();
  assert.is(whole.run(), 'exit');
  const sum = Array.from({ length: 30 }, (_, i) => 3 * 500 * (i + 1)).reduce((a, b) => a + b);
  assert.is(whole.exitStatus, sum & 127);
  const m = booted();
  const moments: { readonly digest: string; readonly checkpoint: Checkpoint }[] = [];
  for (let at = 0; m.run(at) === 'limit'; at += step) moments.push({ digest: m.digest(), checkpoint: m.checkpoint() });
  assert.ok(moments.length > 100, String(moments.length));
  const r = new Random(3);
  for (let i = 0; i < 60; i++) {
    const k = r.below(moments.length - 10);
    m.rollback(moments[k]!.checkpoint);
    assert.is(m.digest(), moments[k]!.digest);
    const next = k + 1 + r.below(9);
    m.run(next * step);
    assert.is(m.digest(), moments[next]!.digest, `from ${k} to ${next}`);
  }
  assert.is(m.run(), 'exit');
  assert.equal([m.digest(), m.cycles], [whole.digest(), whole.cycles]);
});

Rollback('whether code is decoded does not decide where blocks of those who write it end', () => {
  for (const timing of ['none', 'unit', 'interval'] as const) {
    const whole = booted({ timing }, rewriting);
    assert.is(whole.run(), 'exit');
    const flushed = booted({ timing }, rewriting);
    for (let cycle = step; flushed.run(cycle) === 'limit'; cycle += step) flushed.engine.flushAll();
    assert.equal([timing, flushed.cycles, flushed.digest()], [timing, whole.cycles, whole.digest()]);
  }
});

Rollback.run();
