import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT, E, EPOLL, F, MAP, O, PROT, S, SIG, ioctls, stat as statLayout, openFlags } from '../../../isa/abi/linux.js';
import { codeAt, Guest } from '../../helpers/task.js';
const Files = suite('files');

const at = AT.FDCWD;

Files('standard descriptors write to the host and read from it', () => {
  const g = new Guest();
  g.text(g.scratch, 'hello');
  assert.is(g.sys('write', 1, g.scratch, 5), 5);
  assert.is(g.host.text(), 'hello');
  g.host.feed('input');
  assert.is(g.sys('read', 0, g.scratch + 100, 3), 3);
  assert.is(g.bytes(g.scratch + 100, 3), 'inp');
  assert.is(g.sys('read', 0, g.scratch + 100, 9), 2);
  assert.is(g.sys('read', 0, g.scratch, 9), 0, 'the end');
  assert.is(g.sys('write', 0, g.scratch, 1), -E.EBADF, 'descriptor 0 is read-only');
  assert.is(g.sys('write', 9, g.scratch, 1), -E.EBADF);
  assert.is(g.sys('write', 1, 8, 1), -E.EFAULT);
  assert.is(g.sys('ioctl', 1, ioctls.TCGETS, g.scratch), -E.ENOTTY);
});

Files('a read waits for the host and goes on when input comes', () => {
  const g = new Guest();
  g.host.open = true;
  assert.ok(Number.isNaN(g.sys('read', 0, g.scratch, 10)));
  assert.is(g.machine.run(), 'wait');
  g.host.feed('late');
  g.pass(1000);
  assert.is(g.result(1), 4);
  assert.is(g.bytes(g.scratch, 4), 'late');
});

Files('time stands while the guest waits for input, until the host says that it has passed', () => {
  const g = new Guest();
  const tid = g.thread();
  g.host.open = true;
  g.sysAs(tid, 'nanosleep', g.duration(g.scratch + 64, 60e9), 0);
  g.sys('read', 0, g.scratch, 10);
  for (let i = 0; i < 8 && g.machine.run() === 'wait' && g.machine.idleSeconds < 1; i++) g.machine.passIdle(); // the cores' last ticks
  assert.is(g.machine.run(), 'wait');
  assert.ok(g.machine.idleSeconds > 59 && g.machine.idleSeconds < 60);
  assert.is(g.machine.run(), 'wait', 'asking again changes nothing');
  g.machine.passIdle();
  g.pass(60_001_000);
  assert.is(g.task(tid).state, 'running');
  assert.is(g.task().state, 'waiting');
});

Files('a file is created, written, sought, read, truncated and removed', () => {
  const g = new Guest();
  g.text(g.scratch, '/tmp/file');
  assert.is(g.sys('openat', at, g.scratch, O.RDWR, 0), -E.ENOENT);
  const fd = g.sys('openat', at, g.scratch, O.RDWR | O.CREAT | O.EXCL, 0o640);
  assert.is(fd, 3);
  assert.is(g.sys('openat', at, g.scratch, O.RDWR | O.CREAT | O.EXCL, 0o640), -E.EEXIST);
  g.text(g.scratch + 100, 'abcdef');
  assert.is(g.sys('write', fd, g.scratch + 100, 6), 6);
  assert.is(g.sys('lseek', fd, -2, 1), 4);
  assert.is(g.sys('read', fd, g.scratch + 200, 10), 2);
  assert.is(g.sys('pread64', fd, g.scratch + 200, 3, 1), 3);
  assert.is(g.bytes(g.scratch + 200, 3), 'bcd');
  assert.is(g.sys('lseek', fd, 0, 1), 6, 'pread leaves the position');
  assert.is(g.sys('pwrite64', fd, g.scratch + 100, 2, 10), 2);
  g.sys('fstat', fd, g.scratch + 1024);
  const s = statLayout.amd64;
  assert.is(g.get64(g.scratch + 1024 + s.fileSize), 12n);
  assert.is(g.get32(g.scratch + 1024 + s.mode), S.IFREG | 0o640);
  assert.is(g.sys('ftruncate', fd, 2), 0);
  assert.is(g.sys('lseek', fd, 0, 2), 2);
  assert.is(g.sys('unlinkat', at, g.scratch, 0), 0);
  assert.is(g.sys('faccessat', at, g.scratch, 4), -E.ENOENT);
  assert.is(g.sys('write', fd, g.scratch + 100, 1), 1, 'an open file outlives its name');
  const inodes = g.kernel.state.files.tree.inodes.size;
  assert.is(g.sys('close', fd), 0);
  assert.is(g.kernel.state.files.tree.inodes.size, inodes - 1);
});

Files('paths resolve through links, dots and directories, with the errors of each', () => {
  const g = new Guest();
  const path = (p: string): number => g.text(g.scratch, p);
  assert.is(g.sys('mkdirat', at, path('/tmp/d'), 0o755), 0);
  assert.is(g.sys('mkdirat', at, path('/tmp/d'), 0o755), -E.EEXIST);
  assert.is(g.sys('chdir', path('/tmp/d')), 0);
  assert.is(g.sys('getcwd', g.scratch, 100), 7);
  const fd = g.sys('openat', at, path('../d/./x'), O.WRONLY | O.CREAT, 0o644);
  assert.ok(fd >= 0);
  assert.is(g.sys('access', path('/tmp/d/x/y'), 0), -E.ENOTDIR);
  assert.is(g.sys('access', path('x/'), 0), -E.ENOTDIR);
  assert.is(g.sys('access', path('/proc/self/../self/maps'), 4), 0);
  assert.is(g.sys('rmdir', path('/tmp/d')), -E.ENOTEMPTY);
  assert.is(g.sys('unlink', path('/tmp/d')), -E.EISDIR);
  assert.is(g.sys('access', path('a'.repeat(300)), 0), -E.ENAMETOOLONG);
  assert.is(g.sys('openat', at, path('/tmp'), O.WRONLY, 0), -E.EISDIR);
  const dir = g.sys('openat', at, path('/tmp/d'), O.RDONLY | 0o200000, 0);
  const n = g.sys('getdents64', dir, g.scratch + 4096, 4096);
  assert.match(g.bytes(g.scratch + 4096, n), /\.\0.*\.\.\0.*x\0/s);
  assert.is(g.sys('getdents64', dir, g.scratch + 4096, 4096), 0);
});

Files('a working directory outlives its name, takes no new names, and the root stays', () => {
  const g = new Guest();
  const path = (p: string): number => g.text(g.scratch, p);
  g.sys('mkdir', path('/tmp/gone'), 0o755);
  g.sys('chdir', path('/tmp/gone'));
  assert.is(g.sys('rmdir', path('/tmp/gone')), 0);
  assert.is(g.sys('getcwd', g.scratch, 100), -E.ENOENT);
  assert.is(g.sys('openat', at, path('x'), O.RDWR | O.CREAT, 0o600), -E.ENOENT);
  const inodes = g.kernel.state.files.tree.inodes.size;
  const root = g.sys('openat', at, path('/'), O.RDONLY, 0);
  assert.is(g.sys('fchdir', root), 0);
  assert.is(g.kernel.state.files.tree.inodes.size, inodes - 1, 'nobody is left in it');
  g.sys('close', root);
  assert.is(g.sys('access', path('tmp'), 0), 0);
});

Files('descriptors: lowest free number, dup shares the position, fcntl keeps flags', () => {
  const g = new Guest();
  const null3 = g.sys('openat', at, g.text(g.scratch, '/dev/null'), O.RDWR | O.CLOEXEC, 0);
  assert.is(g.sys('fcntl', null3, F.GETFD), 1);
  assert.is(g.sys('dup', null3), 4);
  assert.is(g.sys('fcntl', 4, F.GETFD), 0);
  g.sys('close', null3);
  assert.is(g.sys('fcntl', 4, F.DUPFD_CLOEXEC, 0), 3);
  assert.is(g.sys('dup3', 4, 4, 0), -E.EINVAL);
  assert.is(g.sys('dup2', 4, 10), 10);
  assert.is(g.sys('fcntl', 10, F.SETFL, O.NONBLOCK), 0);
  assert.is(g.sys('fcntl', 4, F.GETFL), O.RDWR | O.NONBLOCK | openFlags.amd64.LARGEFILE, 'status flags belong to the open file');
  assert.is(g.sys('close', 99), -E.EBADF);
});

Files('a pipe carries bytes, waits when empty, and ends when its writers are gone', () => {
  const g = new Guest();
  assert.is(g.sys('pipe2', g.scratch, O.CLOEXEC), 0);
  const [r, w] = [g.get32(g.scratch), g.get32(g.scratch + 4)];
  const tid = g.thread();
  assert.ok(Number.isNaN(g.sysAs(tid, 'read', r, g.scratch + 100, 10)));
  g.text(g.scratch + 200, 'pipe');
  assert.is(g.sys('write', w, g.scratch + 200, 4), 4);
  g.pass(20);
  assert.is(g.result(tid), 4);
  assert.is(g.bytes(g.scratch + 100, 4), 'pipe');
  g.sys('close', w);
  assert.is(g.sys('read', r, g.scratch, 10), 0);
});

Files('writing to a pipe without readers is EPIPE and SIGPIPE', () => {
  const g = new Guest();
  g.sys('pipe2', g.scratch, 0);
  g.sys('close', g.get32(g.scratch));
  g.sys('write', g.get32(g.scratch + 4), g.scratch, 1);
  assert.is(g.machine.exitStatus, 128 + SIG.PIPE);
});

Files('epoll reports an edge once and a level as long as it holds', () => {
  const g = new Guest();
  const ep = g.sys('epoll_create1', EPOLL.CLOEXEC);
  const ev = g.sys('eventfd2', 0, O.NONBLOCK);
  const add = (events: number, op: number = EPOLL.CTL_ADD): number => {
    g.put32(g.scratch, events >>> 0);
    g.put64(g.scratch + 4, 0xfeed_0000_1234_5678n); // the data word is packed at 4 on amd64
    return g.sys('epoll_ctl', ep, op, ev, g.scratch);
  };
  const poll = (): number => g.sys('epoll_pwait', ep, g.scratch + 100, 8, 0, 0, 0);
  assert.is(add(EPOLL.IN | EPOLL.ET), 0);
  assert.is(add(EPOLL.IN | EPOLL.ET), -E.EEXIST);
  assert.is(poll(), 0);
  g.put64(g.scratch + 64, 1);
  g.sys('write', ev, g.scratch + 64, 8);
  assert.is(poll(), 1);
  assert.is(g.get64(g.scratch + 104), 0xfeed_0000_1234_5678n, 'returned untouched');
  assert.is(poll(), 0, 'the edge is over');
  g.sys('write', ev, g.scratch + 64, 8);
  assert.is(poll(), 1, 'a new edge');
  add(EPOLL.IN, EPOLL.CTL_MOD);
  assert.equal([poll(), poll()], [1, 1]);
  g.sys('read', ev, g.scratch + 64, 8);
  assert.is(g.get64(g.scratch + 64), 2n);
  assert.is(g.sys('read', ev, g.scratch + 64, 8), -E.EAGAIN);
  assert.is(poll(), 0);
  assert.is(g.sys('epoll_ctl', ep, EPOLL.CTL_DEL, ev, 0), 0);
});

Files('epoll sets may watch each other, but not in a circle or deep', () => {
  const g = new Guest();
  const sets = Array.from({ length: 7 }, () => g.sys('epoll_create1', 0));
  g.put32(g.scratch, EPOLL.IN);
  const watch = (a: number, b: number): number => g.sys('epoll_ctl', sets[a]!, EPOLL.CTL_ADD, sets[b]!, g.scratch);
  assert.is(watch(0, 0), -E.EINVAL);
  assert.equal([watch(0, 1), watch(1, 2), watch(2, 0)], [0, 0, -E.ELOOP]);
  assert.equal([watch(3, 4), watch(4, 5), watch(5, 6), watch(2, 3)], [0, 0, 0, 0]);
  const deep = g.sys('epoll_create1', 0);
  assert.is(g.sys('epoll_ctl', deep, EPOLL.CTL_ADD, sets[1]!, g.scratch), -E.ELOOP, 'six levels below');
});

Files('epoll_pwait sleeps until an event or its timeout, and refuses regular files', () => {
  const g = new Guest();
  const ep = g.sys('epoll_create1', 0);
  const ev = g.sys('eventfd2', 0, O.NONBLOCK);
  g.put32(g.scratch, (EPOLL.IN | EPOLL.ET) >>> 0);
  g.sys('epoll_ctl', ep, EPOLL.CTL_ADD, ev, g.scratch);
  const file = g.sys('openat', at, g.text(g.scratch + 300, '/tmp/f'), O.RDWR | O.CREAT, 0o600);
  assert.is(g.sys('epoll_ctl', ep, EPOLL.CTL_ADD, file, g.scratch), -E.EPERM);
  g.sys('epoll_pwait', ep, g.scratch + 100, 8, 5, 0, 0);
  g.pass(5_100);
  assert.is(g.result(1), 0, 'five milliseconds are over');
  const tid = g.thread();
  g.sysAs(tid, 'epoll_pwait', ep, g.scratch + 100, 8, -1, 0, 0);
  g.put64(g.scratch + 64, 1);
  g.sys('write', ev, g.scratch + 64, 8);
  g.pass(20);
  assert.is(g.result(tid), 1);
});

Files('a thread that sleeps on a descriptor which another closes sleeps on', () => {
  const g = new Guest();
  const tid = g.thread();
  g.sys('pipe2', g.scratch, 0);
  assert.ok(Number.isNaN(g.sysAs(tid, 'read', g.get32(g.scratch), g.scratch + 64, 8)));
  assert.is(g.sys('close', g.get32(g.scratch)), 0);
  g.pass(100);
  assert.is(g.task(tid).state, 'waiting');
});

Files('a write of more than a pipe holds sleeps until all is in; a signal breaks it off with what is', () => {
  const g = new Guest();
  g.sys('pipe2', g.scratch, 0);
  const [r, w] = [g.get32(g.scratch), g.get32(g.scratch + 4)];
  const big = g.sys('mmap', 0, 300_000, PROT.READ | PROT.WRITE, MAP.PRIVATE | MAP.ANONYMOUS, -1, 0);
  const tid = g.thread();
  assert.ok(Number.isNaN(g.sysAs(tid, 'write', w, big, 200_000)));
  let got = 0;
  while (got < 200_000) {
    g.pass(20);
    if (g.task().state === 'running') got += g.sys('read', r, big, 50_000);
  }
  g.pass(5000);
  assert.is(g.result(tid), 200_000);
  assert.ok(Number.isNaN(g.sysAs(tid, 'write', w, big, 100_000)));
  g.put64(g.scratch + 512, codeAt);
  g.put64(g.scratch + 520, 0x0400_0000n);
  g.put64(g.scratch + 528, codeAt);
  g.sys('rt_sigaction', 10, g.scratch + 512, 0, 8);
  g.sys('tgkill', 1, tid, 10);
  g.pass(50);
  assert.match(g.lines.join('\n'), /resumed>\) += 65536\n/);
});

Files.run();
