import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CLONE, E, SIG, SIG_IGN, W, cloneArgs, siCodes, siginfo } from '../../../isa/abi/linux.js';
import { Guest } from '../../helpers/task.js';
const Children = suite('children');

/** A forked child that is on a core. */
function forked(g: Guest): number {
  const pid = g.sys('fork');
  g.pass(10);
  return pid;
}

Children('a fork returns twice and copies memory', () => {
  const g = new Guest();
  g.put32(g.scratch, 5);
  const pid = forked(g);
  assert.is(g.sysAs(pid, 'getpid'), pid);
  assert.is(g.sysAs(pid, 'getppid'), 1);
  g.put32(g.scratch, 6);
  assert.is(g.kernel.user(g.kernel.process(pid)).u32(g.scratch), 5);
});

Children('a child is a zombie until it is waited for', () => {
  const g = new Guest();
  const pid = forked(g);
  assert.is(g.sys('wait4', -1, g.scratch, W.NOHANG, 0), 0);
  g.sysAs(pid, 'exit_group', 3);
  assert.is(g.kernel.process(pid).status, 3 << 8);
  assert.is(g.sys('kill', pid, 0), 0);
  assert.is(g.sys('wait4', -1, g.scratch, 0, 0), pid);
  assert.is(g.get32(g.scratch), 3 << 8);
  assert.is(g.sys('wait4', -1, g.scratch, 0, 0), -E.ECHILD);
  assert.is(g.sys('kill', pid, 0), -E.ESRCH);
});

Children('a wait sleeps until the child ends', () => {
  const g = new Guest();
  const pid = forked(g);
  assert.ok(Number.isNaN(g.sys('wait4', pid, g.scratch, 0, 0)));
  g.sysAs(pid, 'exit', 9);
  g.pass(10);
  assert.equal([g.result(1), g.get32(g.scratch)], [pid, 9 << 8]);
});

Children('waitid tells, leaves or takes, and chooses by group', () => {
  const g = new Guest();
  const pid = forked(g);
  assert.is(g.sysAs(pid, 'setpgid', 0, 0), 0);
  g.sysAs(pid, 'exit', 4);
  assert.is(g.sys('waitid', 2, 1, g.scratch, W.EXITED, 0), -E.ECHILD);
  assert.is(g.sys('waitid', 2, pid, g.scratch, W.EXITED | W.NOWAIT, 0), 0);
  assert.is(g.sys('waitid', 0, 0, g.scratch, W.EXITED, 0), 0);
  const field = (at: number): number => g.get32(g.scratch + at);
  assert.equal([field(siginfo.signo), field(siginfo.code), field(siginfo.pid), field(siginfo.status)], [SIG.CHLD, siCodes.CLD_EXITED, pid, 4]);
  assert.is(g.sys('waitid', 0, 0, g.scratch, W.EXITED, 0), -E.ECHILD);
  assert.is(g.sys('waitid', 0, 0, g.scratch, W.NOHANG, 0), -E.EINVAL);
});

Children('a parent that ignores SIGCHLD has no zombies', () => {
  const g = new Guest();
  g.put64(g.scratch, SIG_IGN);
  assert.is(g.sys('rt_sigaction', SIG.CHLD, g.scratch, 0, 8), 0);
  const pid = forked(g);
  g.sysAs(pid, 'exit', 4);
  assert.is(g.kernel.state.processes.has(pid), false);
  assert.is(g.sys('wait4', -1, 0, 0, 0), -E.ECHILD);
});

Children('orphans go to process 1, or to the nearest subreaper', () => {
  const g = new Guest({ cores: 4 });
  const child = forked(g);
  const grandchild = g.sysAs(child, 'fork');
  g.pass(10);
  g.sysAs(child, 'exit', 0);
  assert.is(g.sysAs(grandchild, 'getppid'), 1);
  g.sysAs(grandchild, 'prctl', 36, 1);
  const middle = g.sysAs(grandchild, 'fork');
  g.pass(10);
  const last = g.sysAs(middle, 'fork');
  g.pass(10);
  g.sysAs(middle, 'exit', 0);
  assert.is(g.sysAs(last, 'getppid'), grandchild);
});

Children('a vfork sleeps until the child has left its memory', () => {
  const g = new Guest();
  assert.ok(Number.isNaN(g.sys('vfork')));
  g.pass(10);
  const pid = 2;
  assert.is(g.kernel.process(pid).space, g.kernel.process(1).space);
  g.sysAs(pid, 'tgkill', 1, 1, SIG.QUIT);
  assert.is(g.task().state, 'waiting', 'not every signal breaks it off');
  g.kernel.process(1).pending.length = g.task().pending.length = 0;
  g.sysAs(pid, 'exit', 0);
  g.pass(10);
  assert.is(g.result(1), pid);
});

Children('clone3 reads its structure and refuses what it does not know', () => {
  const g = new Guest();
  const put = (at: number, v: number): void => g.put64(g.scratch + at, v);
  put(cloneArgs.flags, CLONE.PARENT_SETTID);
  put(cloneArgs.exitSignal, SIG.CHLD);
  put(cloneArgs.parentTid, g.scratch + 256);
  const pid = g.sys('clone3', g.scratch, cloneArgs.size);
  assert.equal([pid, g.get32(g.scratch + 256)], [2, 2]);
  assert.is(g.sys('clone3', g.scratch, 32), -E.EINVAL);
  put(cloneArgs.size, 1);
  assert.is(g.sys('clone3', g.scratch, cloneArgs.size + 8), -E.E2BIG);
  put(cloneArgs.flags, CLONE.THREAD);
  assert.is(g.sys('clone3', g.scratch, cloneArgs.size), -E.EINVAL, 'a thread has no exit signal');
  put(cloneArgs.exitSignal, 0);
  assert.is(g.sys('clone3', g.scratch, cloneArgs.size), -E.EINVAL, 'nor actions of its own');
});

Children('descriptors and directory are shared or copied by flags', () => {
  const g = new Guest({ cores: 4 });
  const sharing = g.sys('clone', CLONE.FILES | CLONE.FS | SIG.CHLD, 0, 0, 0, 0);
  const copying = g.sys('clone', SIG.CHLD, 0, 0, 0, 0);
  g.pass(10);
  assert.is(g.sys('eventfd2', 0, 0), 3);
  g.sys('umask', 0o77);
  assert.equal([g.sysAs(sharing, 'fcntl', 3, 1), g.sysAs(copying, 'fcntl', 3, 1)], [0, -E.EBADF]);
  assert.equal([g.sysAs(sharing, 'umask', 0), g.sysAs(copying, 'umask', 0)], [0o77, 0o22]);
});

Children('groups and sessions: setpgid, setsid, and a signal to a group', () => {
  const g = new Guest({ cores: 4 });
  const [a, b] = [forked(g), forked(g)];
  assert.is(g.sys('setpgid', a, 0), 0);
  assert.is(g.sys('setpgid', b, a), 0);
  assert.is(g.sys('getpgid', b), a);
  assert.is(g.sys('setpgid', 0, a), -E.EPERM, 'the first process leads its session');
  assert.is(g.sysAs(a, 'setsid'), -E.EPERM, 'leads a group');
  assert.is(g.sysAs(b, 'setsid'), b);
  assert.is(g.sys('getsid', b), b);
  assert.is(g.sys('setpgid', b, 1), -E.EPERM);
  assert.is(g.sys('kill', -a, SIG.TERM), 0);
  g.pass(10);
  assert.equal([g.kernel.process(a).status, g.kernel.process(b).status], [SIG.TERM, undefined]);
  assert.is(g.sys('kill', -77, SIG.TERM), -E.ESRCH);
  assert.is(g.sys('kill', -1, SIG.KILL), 0);
  g.pass(10);
  assert.equal([g.kernel.process(b).status, g.machine.exitStatus], [SIG.KILL, undefined]);
});

Children('a stopped process takes no core until SIGCONT, and the parent hears of both', () => {
  const g = new Guest();
  const pid = forked(g);
  assert.is(g.sys('kill', pid, SIG.STOP), 0);
  g.pass(10);
  assert.is(g.task(pid).state, 'stopped');
  assert.is(g.sys('wait4', pid, g.scratch, W.NOHANG, 0), 0, 'not asked for');
  assert.is(g.sys('wait4', pid, g.scratch, W.UNTRACED, 0), pid);
  assert.is(g.get32(g.scratch), (SIG.STOP << 8) | 0x7f);
  assert.is(g.sys('wait4', pid, g.scratch, W.UNTRACED | W.NOHANG, 0), 0, 'told once');
  g.sys('kill', pid, SIG.CONT);
  assert.is(g.sys('wait4', pid, g.scratch, W.CONTINUED, 0), pid);
  assert.is(g.get32(g.scratch), 0xffff);
  g.pass(10);
  assert.is(g.task(pid).state, 'running');
  g.sys('kill', pid, SIG.STOP);
  g.pass(10);
  g.sys('kill', pid, SIG.KILL);
  g.pass(10);
  assert.is(g.kernel.process(pid).status, SIG.KILL, 'SIGKILL does not wait');
});

Children('a descriptor of a process is readable once it has ended, and is waited for', () => {
  const g = new Guest();
  const pid = forked(g);
  const fd = g.sys('pidfd_open', pid, 0);
  assert.is(g.sys('pidfd_open', 77, 0), -E.ESRCH);
  const ready = (): number => {
    g.put64(g.scratch, BigInt(fd) | (1n << 32n));
    return g.sys('poll', g.scratch, 1, 0);
  };
  assert.is(ready(), 0);
  assert.is(g.sys('pidfd_send_signal', fd, SIG.TERM, 0, 0), 0);
  g.pass(10);
  assert.is(ready(), 1);
  assert.is(g.sys('waitid', 3, fd, g.scratch, W.EXITED, 0), 0);
  assert.equal([g.get32(g.scratch + siginfo.code), g.get32(g.scratch + siginfo.status)], [siCodes.CLD_KILLED, SIG.TERM]);
  assert.is(g.sys('pidfd_send_signal', fd, SIG.TERM, 0, 0), -E.ESRCH);
  const second = g.sys('clone', CLONE.PIDFD | SIG.CHLD, 0, g.scratch);
  g.pass(30);
  assert.is(g.sysAs(second, 'fcntl', g.get32(g.scratch), 1), -E.EBADF, 'and is not handed down');
  assert.is(g.sys('kill', second, SIG.KILL), 0);
  g.pass(10);
  assert.is(g.sys('waitid', 3, g.get32(g.scratch), 0, W.EXITED, 0), 0, 'the descriptor that clone made is the child');
});

Children('the end of process 1 ends all others and the run', () => {
  const g = new Guest();
  const pid = forked(g);
  g.sys('exit_group', 2);
  assert.equal([g.kernel.process(pid).status, g.machine.exitStatus], [SIG.KILL, 2]);
});

Children.run();
