import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLONE, E, PRIO, SCHED, SIG, capability } from '../../../isa/abi/linux.js';
import { Guest } from '../../helpers/task.js';
const Identity = suite('identity');

Identity('root becomes another user and cannot come back', () => {
  const g = new Guest();
  assert.is(g.sys('setresuid', 10, 20, 30), 0);
  const ids = (): number[] => {
    g.sys('getresuid', g.scratch, g.scratch + 4, g.scratch + 8);
    return [0, 4, 8].map((at) => g.get32(g.scratch + at));
  };
  assert.equal(ids(), [10, 20, 30]);
  assert.equal([g.sys('getuid'), g.sys('geteuid')], [10, 20]);
  assert.is(g.sys('setuid', 0), -E.EPERM);
  assert.is(g.sys('setuid', 30), 0);
  assert.equal(ids(), [10, 30, 30]);
  assert.is(g.sys('setreuid', -1, 10), 0);
  assert.equal(ids(), [10, 10, 30]);
  assert.is(g.sys('setresuid', 0, -1, -1), -E.EPERM);
  assert.is(g.sys('setgroups', 0, 0), -E.EPERM);
  assert.equal([g.sys('setfsuid', 30), g.sys('setfsuid', 0), g.sys('setfsuid', -1)], [10, 30, 30]);
});

Identity('groups and capabilities follow the effective user', () => {
  const g = new Guest();
  g.put32(g.scratch, 7);
  g.put32(g.scratch + 4, 5);
  assert.is(g.sys('setgroups', 2, g.scratch), 0);
  assert.is(g.sys('getgroups', 0, 0), 2);
  assert.is(g.sys('getgroups', 1, g.scratch), -E.EINVAL);
  assert.is(g.sys('getgroups', 9, g.scratch + 8), 2);
  assert.equal([g.get32(g.scratch + 8), g.get32(g.scratch + 12)], [5, 7]);
  const effective = (): number => {
    g.put64(g.scratch, capability.version3);
    assert.is(g.sys('capget', g.scratch, g.scratch + 16), 0);
    return g.get32(g.scratch + 16);
  };
  assert.is(effective(), 0xffffffff);
  g.sys('setresuid', -1, 9, -1);
  assert.is(effective(), 0);
});

Identity('a signal to another user is refused, but for SIGCONT in the session', () => {
  const g = new Guest();
  const pid = g.sys('fork');
  g.pass(10);
  assert.is(g.sysAs(pid, 'setuid', 1000), 0);
  assert.is(g.sysAs(pid, 'kill', 1, SIG.TERM), -E.EPERM);
  assert.is(g.sysAs(pid, 'tgkill', 1, 1, 0), -E.EPERM);
  assert.is(g.sysAs(pid, 'kill', 1, SIG.CONT), 0);
  assert.is(g.sysAs(pid, 'kill', pid, 0), 0);
  assert.is(g.sys('kill', pid, SIG.TERM), 0);
});

Identity('nice values and policies are kept and inherited', () => {
  const g = new Guest();
  assert.is(g.sys('setpriority', PRIO.PROCESS, 0, 5), 0);
  const pid = g.sys('fork');
  g.pass(10);
  assert.is(g.sysAs(pid, 'getpriority', PRIO.PROCESS, 0), 15);
  assert.is(g.sysAs(pid, 'setpriority', PRIO.PGRP, 0, 99), 0);
  assert.is(g.sys('getpriority', PRIO.PROCESS, 1), 1);
  assert.is(g.sys('getpriority', 7, 1), -E.EINVAL);
  g.put32(g.scratch, 0);
  assert.is(g.sys('sched_setscheduler', 0, SCHED.BATCH, g.scratch), 0);
  assert.is(g.sys('sched_getscheduler', 1), SCHED.BATCH);
  assert.is(g.sys('sched_setscheduler', 0, SCHED.FIFO, g.scratch), -E.EINVAL);
  g.put32(g.scratch, 9);
  assert.is(g.sys('sched_setscheduler', 0, SCHED.FIFO | SCHED.RESET_ON_FORK, g.scratch), 0);
  assert.is(g.sys('sched_getscheduler', 0), SCHED.FIFO | SCHED.RESET_ON_FORK);
  assert.is(g.sys('sched_getparam', 0, g.scratch + 8), 0);
  assert.is(g.get32(g.scratch + 8), 9);
  const child = g.sys('fork');
  assert.equal([g.task(child).policy, g.task(child).nice], [SCHED.OTHER, 0]);
  assert.is(g.sys('setuid', 1000), 0);
  assert.is(g.sys('sched_setscheduler', 0, SCHED.FIFO, g.scratch), -E.EPERM, 'the flag cannot be taken away');
  g.put32(g.scratch, 8);
  assert.is(g.sys('sched_setscheduler', 0, SCHED.FIFO | SCHED.RESET_ON_FORK, g.scratch), 0, 'less is allowed');
  g.put32(g.scratch, 9);
  assert.is(g.sys('sched_setparam', 0, g.scratch), -E.EPERM);
  assert.is(g.sys('setpriority', PRIO.PROCESS, 0, -1), -E.EACCES);
  assert.equal([g.sys('sched_get_priority_max', SCHED.RR), g.sys('sched_get_priority_min', 99)], [99, -E.EINVAL]);
});

Identity('a range of descriptors is closed or marked, after unshare only here', () => {
  const g = new Guest();
  const tid = g.thread();
  for (let i = 0; i < 4; i++) g.sys('eventfd2', 0, 0);
  assert.is(g.sys('unshare', CLONE.FILES | CLONE.FS), 0);
  assert.is(g.sys('close_range', 5, 0xffffffff, 0), 0);
  assert.is(g.sys('close_range', 4, 4, 4), 0);
  assert.equal([4, 5].map((fd) => g.sys('fcntl', fd, 1)), [1, -E.EBADF]);
  assert.equal([4, 5].map((fd) => g.sysAs(tid, 'fcntl', fd, 1)), [0, 0]);
  assert.is(g.sys('close_range', 5, 4, 0), -E.EINVAL);
  assert.is(g.sys('unshare', CLONE.VM), -E.EINVAL, 'not with threads');
});

Identity('select tells what is ready, and after its time that nothing is', () => {
  const g = new Guest();
  const [set, time] = [g.scratch, g.scratch + 128];
  const fd = g.sys('eventfd2', 0, 0);
  g.put64(set, 1n << BigInt(fd));
  g.put64(set + 8, 1n << BigInt(fd));
  g.put64(time, 0);
  g.put64(time + 8, 0);
  assert.is(g.sys('select', fd + 1, set, set + 8, 0, time), 1);
  assert.equal([g.get64(set), g.get64(set + 8)], [0n, 1n << BigInt(fd)]);
  g.put64(set, 1n << BigInt(fd));
  g.put64(time + 8, 50);
  assert.ok(Number.isNaN(g.sys('select', fd + 1, set, 0, 0, time)));
  g.pass(150);
  assert.equal([g.result(1), g.get64(set), g.get64(time + 8)], [0, 0n, 0n]);
  g.put64(set, 1n << 9n);
  assert.is(g.sys('pselect6', 10, set, 0, 0, 0, 0), -E.EBADF);
});

Identity('traces show these calls as strace does', () => {
  const g = new Guest();
  g.lines.length = 0;
  g.sys('setresuid', -1, 0, 0);
  g.put32(g.scratch, 5);
  g.sys('setgroups', 1, g.scratch);
  g.sys('setpriority', PRIO.PGRP, 0, -3);
  g.put64(g.scratch, 3n);
  g.sys('sched_setaffinity', 0, 8, g.scratch);
  g.put64(g.scratch, 2n);
  g.sys('select', 2, 0, g.scratch, 0, 0);
  g.sys('prctl', 1, SIG.KILL);
  g.sys('prctl', 2, g.scratch);
  g.sys('membarrier', 8, 0, 0);
  g.sys('clone', CLONE.VM | CLONE.VFORK | SIG.CHLD, 0x5000, 0, 0, 0);
  assert.equal(g.lines.map((l) => l.replace(/ += /, ' = ')), [
    'setresuid(-1, 0, 0) = 0', 'setgroups(1, [5]) = 0', 'setpriority(PRIO_PGRP, 0, -3) = 0', 'sched_setaffinity(0, 8, [0 1]) = 0', 'select(2, NULL, [1], NULL, NULL) = 1 (out [1])',
    'prctl(PR_SET_PDEATHSIG, SIGKILL) = 0', 'prctl(PR_GET_PDEATHSIG, [SIGKILL]) = 0', 'membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0) = -1 EPERM (Operation not permitted)',
    'strace: Process 2 attached', '[pid     1] clone(child_stack=0x5000, flags=CLONE_VM|CLONE_VFORK|SIGCHLD <unfinished ...>',
  ]);
});

Identity.run();
