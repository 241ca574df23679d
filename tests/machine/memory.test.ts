import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { imageOf } from '../helpers/bare.js';
const Memory = suite('memory of a machine');

const page = 4096;

/** Runs a program under Linux in 2 MiB. */
function run(text: string): Machine {
  const m = new Machine({ cores: 1, memoryBytes: 2 ** 21 }, new MemoryHost());
  m.load(imageOf(text), ['program']);
  m.run();
  return m;
}

/** Asks brk for `bytes` and writes one word in each page of it. */
const heap = (bytes: number): string => `
TEXT main(SB), 4, $0
	MOVL $12, AX // brk
	XORL DI, DI
	SYSCALL
	MOVQ AX, BX
	LEAQ ${bytes}(AX), DI
	MOVQ DI, R12
	MOVL $12, AX
	SYSCALL
	CMPQ AX, R12
	JNE refused
next:
	MOVQ BX, (BX)
	ADDQ $${page}, BX
	CMPQ BX, R12
	JB next
	XORL DI, DI
	JMP end
refused:
	MOVL $1, DI
end:
	MOVL $231, AX // exit_group
	SYSCALL
`;

Memory('a program may use what there is', () => {
  const m = run(heap(400 * page));
  assert.is(m.exitStatus, 0);
  assert.ok(m.ram.framesInUse > 400);
});

Memory('a heap larger than all memory is refused to the program', () => {
  assert.is(run(heap(513 * page)).exitStatus, 1);
});

Memory('a program that uses up all memory stops the machine, which names the mapping', () => {
  const m = run(heap(512 * page));
  assert.is(m.exitStatus, undefined);
  assert.match(m.stopMessage ?? '', /^out of memory: no page left for address 0x[0-9a-f]+ of the mapping \[heap\] \(0x[0-9a-f]+ to 0x[0-9a-f]+\); see --memory$/);
  assert.ok(m.digest().length === 16, 'and its state can still be looked at');
});

Memory.run();
