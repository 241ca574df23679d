import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { E, MAP, PROT, RSEQ, rseqArea, rseqSequence, SIG } from '../../../isa/abi/linux.js';
import { codeAt, Guest } from '../../helpers/task.js';
const Rseq = suite('restartable sequences');

const signature = 0x53053053;

/** A guest whose first thread has registered `area`. */
function registered(): { g: Guest; area: number } {
  const g = new Guest({ cores: 2 });
  const area = g.scratch + 1024;
  g.put32(area + rseqArea.cpuId, RSEQ.UNINITIALIZED);
  assert.is(g.sys('rseq', area, rseqArea.size, 0, signature), 0);
  return { g, area };
}

Rseq('a registered area names the core, also after the thread has moved', () => {
  const { g, area } = registered();
  const home = g.task().core;
  assert.equal([g.get32(area), g.get32(area + 4)], [home, home]);
  g.put64(g.scratch, 1n << BigInt(1 - home));
  g.sys('sched_setaffinity', 0, 8, g.scratch);
  g.pass(10);
  assert.equal([g.get32(area), g.get32(area + 4)], [1 - home, 1 - home]);
});

Rseq('registering is exclusive and is undone by its own arguments only', () => {
  const { g, area } = registered();
  assert.is(g.sys('rseq', area, rseqArea.size, 0, signature), -E.EBUSY);
  assert.is(g.sys('rseq', area, rseqArea.size, 0, 1), -E.EPERM);
  assert.is(g.sys('rseq', area + 32, rseqArea.size, 0, signature), -E.EINVAL);
  assert.is(g.sys('rseq', area, rseqArea.size, RSEQ.UNREGISTER, 1), -E.EPERM);
  assert.is(g.sys('rseq', area, rseqArea.size, RSEQ.UNREGISTER, signature), 0);
  assert.is(g.get32(area + 4), RSEQ.UNINITIALIZED);
  assert.is(g.sys('rseq', area + 8, rseqArea.size, 0, signature), -E.EINVAL);
});

Rseq('a thread that loses its core inside a sequence goes on at the abort handler', () => {
  const { g, area } = registered();
  const code = g.sys('mmap', 0, 4096, PROT.READ | PROT.WRITE | PROT.EXEC, MAP.PRIVATE | MAP.ANONYMOUS, -1, 0);
  g.put32(code + 12, signature);
  g.put32(code + 16, 0xfeeb); // JMP to itself
  const sequence = g.scratch + 2048;
  g.put64(sequence + rseqSequence.start, codeAt);
  g.put64(sequence + rseqSequence.bytes, 2);
  g.put64(sequence + rseqSequence.abort, code + 16);
  g.put64(area + rseqArea.sequence, sequence);
  g.put64(g.scratch, 1n << BigInt(1 - g.task().core));
  g.sys('sched_setaffinity', 0, 8, g.scratch);
  g.pass(10);
  assert.is(g.machine.core(g.task().core).pc, code + 16);
  assert.is(g.get64(area + rseqArea.sequence), 0n, 'and the area names none any more');
});

Rseq('a damaged area ends the process by SIGSEGV', () => {
  const { g, area } = registered();
  g.put64(area + rseqArea.sequence, 0x7fff_0000_0000n);
  g.put64(g.scratch, 1n << BigInt(1 - g.task().core));
  g.sys('sched_setaffinity', 0, 8, g.scratch);
  g.machine.run(1e7);
  assert.is(g.machine.exitStatus, 128 + SIG.SEGV);
});

Rseq.run();
