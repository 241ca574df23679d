import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { imageOf } from '../helpers/bare.js';
const Replay = suite('replay');

/** Copies its input to its output, 16 bytes at a time, and spends a while on each piece. */
const copying = imageOf(`
TEXT main(SB), 4, $0
again:
	XORL AX, AX // read
	XORL DI, DI
	LEAQ buffer(SB), SI
	MOVL $16, DX
	SYSCALL
	TESTQ AX, AX
	JLE end
	MOVL $5000, CX
spend:
	DECL CX
	JNZ spend
	MOVQ AX, DX
	MOVL $1, AX // write
	MOVL $1, DI
	LEAQ buffer(SB), SI
	SYSCALL
	JMP again
end:
	MOVL $231, AX // exit_group
	XORL DI, DI
	SYSCALL
GLOBL buffer(SB), 16, $16
`);
const config = { cores: 2, memoryBytes: 2 ** 23 };

/** A host whose input comes bit by bit: undefined is a moment without any. */
function patchy(...chunks: (string | undefined)[]): MemoryHost {
  const host = new MemoryHost();
  for (const c of chunks) if (c === undefined) host.chunks.push(undefined);
  else host.feed(c);
  return host;
}

function runAll(machine: Machine, limit = Infinity): number {
  let waits = 0;
  while (machine.run(limit) === 'wait') waits++;
  return waits;
}

const input = ['one ', undefined, undefined, 'two, and more than sixteen bytes ', undefined, 'three'] as const;
const text = input.filter((c) => c !== undefined).join('');

Replay('a run with input repeats from its log, with no input from the host', () => {
  const host = patchy(...input);
  const live = new Machine(config, host);
  live.load(copying, ['copying']);
  assert.is(runAll(live), 1, 'a call notices the first and the third moment without input, only the second outlasts asking again');
  assert.is(host.text(), text);

  const second = new MemoryHost('not this');
  const again = new Machine(config, second, undefined, live.host.records());
  again.load(copying, ['copying']);
  assert.is(runAll(again), 0);
  assert.is(second.text(), text);
  assert.is(again.digest(), live.digest());
});

Replay('going back in a run with input replays what was read and shows nothing twice', () => {
  const host = patchy(...input);
  const machine = new Machine(config, host);
  machine.load(copying, ['copying']);
  const start = machine.checkpoint();
  runAll(machine, 12000);
  const middle = machine.checkpoint();
  runAll(machine);
  const end = machine.digest();
  for (const checkpoint of [middle, start, middle]) {
    machine.rollback(checkpoint);
    assert.is(machine.exitStatus, undefined);
    assert.is(runAll(machine), 0);
    assert.is(machine.digest(), end);
  }
  assert.is(host.text(), text);
});

Replay('a snapshot taken while the guest waits for input goes on when some arrives', () => {
  const first = patchy('one ', undefined);
  first.open = true;
  const machine = new Machine(config, first);
  machine.load(copying, ['copying']);
  assert.is(machine.run(), 'wait');
  const second = patchy('two');
  const copy = Machine.restore(machine.snapshot(), second);
  assert.is(copy.run(), 'exit');
  assert.is(first.text() + second.text(), 'one two');
});

Replay.run();
