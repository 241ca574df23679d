/** Code that a program writes, rewrites, moves and unmaps: rolled back to any moment, it goes on as it did. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { Random } from '../helpers/random.js';
const Rollback = suite('rollback of code');

/** Thirty times: maps a page where one was before, writes `MOVL $n, AX; RET` there twice with different n, calls it, and unmaps it, or not. */
const text = `
TEXT _rt0_amd64_linux(SB), 516, $0
	MOVQ $30, R12
	XORQ R13, R13
again:
	MOVL $9, AX
	MOVQ $0x700000, DI
	MOVL $4096, SI
	MOVL $7, DX
	MOVL $0x32, R10
	MOVQ $-1, R8
	XORL R9, R9
	SYSCALL
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
	MOVL $50, R14
loop:
	CALL R15
	ADDQ AX, R13
	DECQ R14
	JNZ loop
	RET
`;

function booted(): Machine {
  const { image, diagnostics } = assemble([{ name: 'code.s', text }], {});
  if (!image) throw new Error(diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  const machine = new Machine({ memoryBytes: 2 ** 24, cores: 1 }, new MemoryHost(), (parts) => new Kernel(parts));
  machine.load(image, ['code']);
  return machine;
}

Rollback('to every moment, in any order, on to the same end', () => {
  const whole = booted();
  assert.is(whole.run(), 'exit');
  const sum = Array.from({ length: 30 }, (_, i) => 3 * 50 * (i + 1)).reduce((a, b) => a + b);
  assert.is(whole.exitStatus, sum & 127);
  const m = booted();
  const moments = [{ digest: m.digest(), checkpoint: m.checkpoint() }];
  for (let at = 1; m.run(at) === 'limit'; at += 997) moments.push({ digest: m.digest(), checkpoint: m.checkpoint() });
  assert.ok(moments.length > 50, String(moments.length));
  const r = new Random(3);
  for (let i = 0; i < 60; i++) {
    const { digest, checkpoint } = moments[r.below(moments.length)]!;
    m.rollback(checkpoint);
    assert.is(m.digest(), digest);
    m.run(m.cycles + r.below(20_000));
  }
  assert.is(m.run(), 'exit');
  assert.equal([m.digest(), m.cycles], [whole.digest(), whole.cycles]);
});

Rollback.run();
