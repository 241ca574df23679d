/** What threads share through files: FIFOs, locks, mappings. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { E, F, F_LOCK, LOCK, MAP, O, PROT, S, flock as layout } from '../../../isa/abi/linux.js';
import { Guest } from '../../helpers/task.js';
import { wakeTask } from '../../../machine/kernel/sleep.js';
const Shared = suite('shared files');

Shared('a FIFO opens when its other end comes, and not for one who was broken off', () => {
  const g = new Guest();
  const fifo = g.text(g.scratch, '/tmp/fifo');
  assert.is(g.sys('mknod', fifo, S.IFIFO | 0o600, 0), 0);
  assert.is(g.sys('open', fifo, O.WRONLY | O.NONBLOCK, 0), -E.ENXIO);
  const tid = g.thread();
  assert.ok(Number.isNaN(g.sysAs(tid, 'open', fifo, O.RDONLY, 0)));
  const w = g.sys('open', fifo, O.WRONLY, 0);
  assert.ok(w > 0, 'the reader waits already');
  g.pass(20);
  const r = g.result(tid);
  assert.ok(r > 0);
  assert.is(g.sys('write', w, g.text(g.scratch + 100, 'abc'), 3), 3);
  assert.is(g.sys('close', w), 0);
  assert.is(g.sysAs(tid, 'read', r, g.scratch + 200, 10), 3);
  assert.is(g.sysAs(tid, 'read', r, g.scratch + 200, 10), 0);
  g.sys('close', r);
  assert.is(g.kernel.state.files.pipes.pipes.size, 0);

  // the wait is broken off: with the thread's next call its end is gone
  assert.ok(Number.isNaN(g.sysAs(tid, 'open', fifo, O.RDONLY, 0)));
  wakeTask(g.kernel, g.task(tid), -E.EINTR);
  g.pass(20);
  g.sysAs(tid, 'getpid');
  assert.is(g.sys('open', fifo, O.WRONLY | O.NONBLOCK, 0), -E.ENXIO);
});

Shared('a lock is waited for and comes when its holder closes', () => {
  const g = new Guest();
  const path = g.text(g.scratch, '/tmp/locked');
  const a = g.sys('open', path, O.RDWR | O.CREAT, 0o600);
  const b = g.sys('open', path, O.RDWR, 0);
  const tid = g.thread();
  assert.is(g.sys('flock', a, LOCK.EX), 0);
  assert.is(g.sys('flock', b, LOCK.EX | LOCK.NB), -E.EAGAIN);
  assert.ok(Number.isNaN(g.sysAs(tid, 'flock', b, LOCK.EX)));
  g.sys('close', a);
  g.pass(20);
  assert.is(g.result(tid), 0);

  const range = g.scratch + 512;
  g.put64(range, F_LOCK.WRLCK);
  g.put64(range + layout.start, 10);
  g.put64(range + layout.length, 5);
  g.put32(range + layout.pid, 0);
  assert.is(g.sys('fcntl', b, F.OFD_SETLK, range), 0);
  const c = g.sys('open', path, O.RDWR, 0);
  assert.is(g.sys('fcntl', c, F.OFD_SETLK, range), -E.EAGAIN);
  assert.is(g.sys('fcntl', c, F.OFD_GETLK, range), 0);
  assert.equal([g.get64(range + layout.start), g.get64(range + layout.length)], [10n, 5n]);
  assert.is(g.lines.pop(), `fcntl(${c}, F_OFD_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=10, l_len=5, l_pid=-1}) = 0`.replace(/^/, '[pid     1] '));
  g.sys('close', b);
  g.put64(range, F_LOCK.WRLCK);
  g.put32(range + layout.pid, 0);
  assert.is(g.sys('fcntl', c, F.OFD_SETLK, range), 0);
  g.sys('close', c);
  assert.equal(g.kernel.state.files.locks, []);
});

Shared('a shared mapping is the file, and goes back to it; nothing of it is left at the end', () => {
  const g = new Guest();
  const fd = g.sys('open', g.text(g.scratch, '/tmp/mapped'), O.RDWR | O.CREAT, 0o600);
  assert.is(g.sys('write', fd, g.text(g.scratch, 'contents'), 8), 8);
  const frames = g.machine.ram.framesInUse;
  const va = g.sys('mmap', 0, 8192, PROT.READ | PROT.WRITE, MAP.SHARED, fd, 0);
  g.text(va, 'CON');
  assert.is(g.sys('pread64', fd, g.scratch, 8, 0), 8);
  assert.is(g.bytes(g.scratch, 8), 'CON\0ents');
  assert.is(g.sys('pwrite64', fd, g.text(g.scratch, 'T'), 1, 3), 1);
  assert.is(g.bytes(va, 8), 'CONTents');
  const before = g.machine.digest();
  g.text(va + 4, 'ENTS');
  assert.is.not(g.machine.digest(), before);
  assert.is(g.sys('close', fd), 0);
  assert.is(g.sys('munmap', va, 8192), 0);
  const again = g.sys('open', g.text(g.scratch, '/tmp/mapped'), O.RDONLY, 0);
  g.sys('read', again, g.scratch, 8);
  assert.is(g.bytes(g.scratch, 8), 'CONTENTS');
  assert.is(g.machine.ram.framesInUse, frames);
  assert.is(g.sys('mmap', 0, 4096, PROT.READ | PROT.WRITE, MAP.SHARED, again, 0), -E.EACCES);
});

Shared.run();
