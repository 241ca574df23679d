import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ARCH, E, PR, utsname } from '../../../isa/abi/linux.js';
import { slots } from '../../../isa/x86/regs.js';
import { Machine } from '../../../machine/machine.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { MemoryHost } from '../../../machine/host.js';
import { Guest, goThread } from '../../helpers/task.js';
const Processes = suite('processes');

Processes('uname is Linux 5.10 on x86_64', () => {
  const g = new Guest();
  g.sys('uname', g.scratch);
  const field = (at: number): string => g.bytes(g.scratch + at, 10).split('\0')[0]!;
  assert.equal([field(utsname.sysname), field(utsname.release), field(utsname.machine)], ['Linux', '5.10.0', 'x86_64']);
});

Processes('arch_prctl sets FS and GS, and clone sets FS of the child only', () => {
  const g = new Guest();
  assert.is(g.sys('arch_prctl', ARCH.SET_FS, 0x1234), 0);
  assert.is(g.sys('arch_prctl', ARCH.SET_GS, 0x777), 0);
  assert.is(g.sys('arch_prctl', ARCH.SET_FS, 2n ** 47n), -E.EPERM);
  g.sys('arch_prctl', ARCH.GET_FS, g.scratch);
  assert.is(g.get64(g.scratch), 0x1234n);
  const tid = g.sys('clone', goThread, g.scratch + 32768, 0, 0, 0x5678);
  g.pass(10);
  assert.is(g.machine.core(g.task().core).get64(slots.fsBase), 0x1234n);
  assert.is(g.machine.core(g.task(tid).core).get64(slots.fsBase), 0x5678n);
});

Processes('threads share a pid and have tids of their own', () => {
  const g = new Guest();
  const tid = g.thread();
  assert.equal([g.sys('getpid'), g.sys('gettid'), g.sysAs(tid, 'getpid'), g.sysAs(tid, 'gettid')], [1, 1, 1, tid]);
  assert.equal([g.sys('getuid'), g.sys('getppid'), g.sys('set_tid_address', 0)], [0, 0, 1]);
});

Processes('exit ends a thread, the last one ends the process; exit_group ends all', () => {
  const g = new Guest();
  const tid = g.thread();
  g.sysAs(tid, 'exit', 3);
  assert.is(g.machine.exitStatus, undefined);
  g.sys('exit', 260);
  assert.is(g.machine.exitStatus, 4, 'a status has eight bits');
  const h = new Guest();
  const other = h.thread();
  h.sysAs(other, 'exit_group', 7);
  assert.is(h.machine.run(), 'exit');
  assert.is(h.machine.exitStatus, 7);
});

Processes('what is not modelled answers ENOSYS and is counted by name', () => {
  const g = new Guest();
  for (const name of ['ptrace', 'io_uring_setup']) assert.is(g.sys(name), -E.ENOSYS, name);
  assert.is(g.sys('clone', 0x900, 0, 0, 0, 0), -E.ENOSYS, 'signal actions shared between processes');
  assert.is(g.kernel.state.missing.get('ptrace'), 1);
  assert.is(g.sys('prctl', PR.SET_VMA, 1, g.scratch, 4096, 0), -E.EINVAL);
});

Processes('limits are reported, lowered and refused', () => {
  const g = new Guest();
  g.sys('getrlimit', 7, g.scratch);
  assert.equal([g.get64(g.scratch), g.get64(g.scratch + 8)], [1024n, 1048576n]);
  g.put64(g.scratch, 4n);
  assert.is(g.sys('prlimit64', 0, 7, g.scratch, g.scratch + 32), 0);
  assert.is(g.get64(g.scratch + 32), 1024n);
  assert.is(g.sys('eventfd2', 0, 0), 3);
  assert.is(g.sys('eventfd2', 0, 0), -E.EMFILE);
  assert.is(g.sys('getrlimit', 99, g.scratch), -E.EINVAL);
});

Processes('random bytes repeat under a seed and differ between seeds', () => {
  const bytes = (seed: number): string => {
    const g = new Guest({ seed });
    assert.is(g.sys('getrandom', g.scratch, 16, 0), 16);
    return g.bytes(g.scratch, 16);
  };
  assert.is(bytes(1), bytes(1));
  assert.is.not(bytes(1), bytes(2));
});

Processes('names are kept per thread and cut to 15 bytes', () => {
  const g = new Guest();
  g.sys('prctl', PR.SET_NAME, g.text(g.scratch, 'a-very-long-thread-name'));
  g.sys('prctl', PR.GET_NAME, g.scratch);
  assert.is(g.bytes(g.scratch, 16), 'a-very-long-thr\0');
});

Processes('calls are traced in the form of strace', () => {
  const g = new Guest();
  g.lines.length = 0;
  g.text(g.scratch, '/none');
  g.sys('openat', -100, g.scratch, 0o2000000, 0);
  g.text(g.scratch, 'a "b"\n');
  g.sys('write', 1, g.scratch, 6);
  g.sys('futex', g.scratch, 0x81, 1);
  g.sys('io_uring_setup', 8, 0);
  assert.equal(g.lines.map((l) => l.replace(/ += /, ' = ').replace(/0x7f[0-9a-f]+/, 'ADDR')), [
    'openat(AT_FDCWD, "/none", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)',
    'write(1, "a \\"b\\"\\n", 6) = 6',
    'futex(ADDR, FUTEX_WAKE_PRIVATE, 1) = 0',
    'io_uring_setup(8, NULL) = -1 ENOSYS (Function not implemented)',
  ]);
});

Processes('a machine with sleeping and running threads continues from a snapshot as without one', () => {
  const g = new Guest();
  const tid = g.thread();
  g.sysAs(tid, 'nanosleep', g.duration(g.scratch, 1e6), 0);
  const file = g.machine.snapshot();
  const copy = Machine.restore(file, new MemoryHost(), (parts) => new Kernel(parts));
  assert.is(copy.digest(), g.machine.digest());
  const until = g.machine.cycles + 6_000_000;
  g.machine.run(until);
  copy.run(until);
  assert.is(g.task(tid).state, 'running');
  assert.is(copy.digest(), g.machine.digest());
});

Processes.run();
