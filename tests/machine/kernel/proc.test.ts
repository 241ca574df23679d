import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT, E, EPOLL, O, PR, S, stat } from '../../../isa/abi/linux.js';
import type { Config } from '../../../machine/config.js';
import { Guest } from '../../helpers/task.js';
const Proc = suite('proc');

/** A guest that reads files by path. */
class Reader extends Guest {
  constructor(config: Partial<Config> = {}) {
    super(config);
  }
  at(path: string): number {
    return this.text(this.scratch, path);
  }
  openAt(path: string, flags: number = O.RDONLY): number {
    return this.sys('openat', AT.FDCWD, this.at(path), flags, 0);
  }
  read(path: string): string {
    const fd = this.openAt(path);
    assert.ok(fd >= 0, `${path}: ${fd}`);
    let text = '';
    for (let n; (n = this.sys('read', fd, this.scratch + 8192, 4096)) > 0; ) text += this.bytes(this.scratch + 8192, n);
    this.sys('close', fd);
    return text;
  }
  link(path: string): string {
    const n = this.sys('readlink', this.at(path), this.scratch + 8192, 4096);
    return n < 0 ? String(n) : this.bytes(this.scratch + 8192, n);
  }
  list(path: string): string[] {
    const fd = this.openAt(path);
    const n = this.sys('getdents64', fd, this.scratch + 16384, 16384);
    this.sys('close', fd);
    const names: string[] = [];
    for (let at = 0; at < n; at += this.get32(this.scratch + 16384 + at + 16) & 0xffff) names.push(this.bytes(this.scratch + 16384 + at + 19, 40).replace(/\0.*/s, ''));
    return names.slice(2);
  }
  file(path: string, text: string): number {
    return this.text(this.at(path) && this.scratch + 2048, text);
  }
}

Proc('what Go and the C libraries look for at start is there', () => {
  const g = new Reader();
  assert.is(g.read('/sys/kernel/mm/transparent_hugepage/hpage_pmd_size'), '2097152\n');
  assert.is(g.read('/proc/sys/net/core/somaxconn'), '4096\n');
  assert.is(g.read('/proc/sys/vm/overcommit_memory'), '0\n');
  assert.is(g.read('/sys/devices/system/cpu/online'), '0-1\n');
  assert.match(g.read('/proc/self/maps'), /^00401000-00402000 r-xp .*\/guest\n/);
  assert.is(g.link('/proc/self/exe'), '/guest');
  assert.is(g.read('/proc/self/cmdline'), 'guest\0');
  assert.is(g.openAt('/etc/passwd'), -E.ENOENT);
  assert.is(g.openAt('/proc/2/maps'), -E.ENOENT);
});

Proc('a quota shows in the files of either version of control groups', () => {
  const v2 = new Reader();
  assert.is(v2.read('/proc/self/cgroup'), '0::/\n');
  assert.match(v2.read('/proc/self/mountinfo'), /^\d+ \d+ 0:\d+ \/ \/sys\/fs\/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup ro$/m);
  assert.is(v2.read('/sys/fs/cgroup/cpu.max'), 'max 100000\n');
  assert.is(new Reader({ cpuQuota: 2.5 }).read('/sys/fs/cgroup/cpu.max'), '250000 100000\n');
  const v1 = new Reader({ cgroup: 1, cpuQuota: 3 });
  assert.is(v1.read('/proc/1/cgroup'), '2:memory:/\n1:cpu,cpuacct:/\n');
  assert.match(v1.read('/proc/self/mountinfo'), / \/ \/sys\/fs\/cgroup\/cpu,cpuacct ro,\S+ - cgroup cgroup ro,cpu,cpuacct$/m);
  assert.is(v1.read('/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us'), '300000\n');
  assert.is(v1.read('/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us'), '100000\n');
});

Proc('a process shows its descriptors, threads and limits as they are when it looks', () => {
  const g = new Reader();
  assert.equal(g.list('/proc/self/fd'), ['0', '1', '2', '3'], 'the directory itself is 3');
  const fd = g.openAt('/dev/null', O.RDWR | O.CLOEXEC);
  assert.is(g.link(`/proc/self/fd/${fd}`), '/dev/null');
  assert.match(g.read(`/proc/self/fdinfo/${fd}`), /^pos:\t0\nflags:\t02100002\n/);
  g.sys('close', fd);
  assert.is(g.link(`/proc/self/fd/${fd}`), String(-E.ENOENT));
  assert.equal(g.list('/proc/self/task'), ['1']);
  const tid = g.thread();
  assert.equal(g.list('/proc/1/task'), ['1', String(tid)]);
  assert.match(g.read(`/proc/self/task/${tid}/status`), new RegExp(`^Name:\tguest\n[^]*\nPid:\t${tid}\n[^]*Threads:\t2\n`));
  assert.match(g.read('/proc/self/limits'), /^Max open files {12}1024 {17}1048576 {14}files {5}$/m);
  assert.is(g.read('/proc/self/stat').split(' ').length, 52);
  assert.is(g.read('/proc/thread-self/comm'), 'guest\n');
  assert.match(g.list('/proc').join(' '), /\b1\b/);
});

Proc('a link of /proc/self/fd opens what the descriptor leads to, whatever its name', () => {
  const g = new Reader();
  const pipe = g.sys('pipe2', g.scratch + 64, 0);
  assert.is(pipe, 0);
  const [read, write] = [g.get32(g.scratch + 64), g.get32(g.scratch + 68)];
  assert.match(g.link(`/proc/self/fd/${read}`), /^pipe:\[\d+\]$/);
  const again = g.openAt(`/dev/fd/${write}`, O.WRONLY);
  g.sys('write', again, g.text(g.scratch + 128, 'abc'), 3);
  assert.is(g.sys('read', read, g.scratch + 256, 9), 3);
  const out = g.openAt('/dev/stdout', O.WRONLY);
  g.sys('write', out, g.scratch + 128, 3);
  assert.is(g.host.text(1), 'abc');
  const fd = g.openAt('/tmp/gone', O.RDWR | O.CREAT);
  g.sys('write', fd, g.scratch + 128, 3);
  g.sys('unlink', g.at('/tmp/gone'));
  assert.is(g.read(`/proc/self/fd/${fd}`), 'abc');
});

Proc('files of /proc show no size, those of /sys a page; most refuse to be written', () => {
  const g = new Reader();
  const size = (path: string): bigint => {
    assert.is(g.sys('fstat', g.openAt(path), g.scratch + 512), 0);
    return g.get64(g.scratch + 512 + stat.amd64.fileSize);
  };
  assert.is(size('/proc/self/maps'), 0n);
  assert.is(size('/sys/fs/cgroup/cpu.max'), 4096n);
  assert.is(g.openAt('/proc/sys/net/core/somaxconn', O.WRONLY), -E.EROFS);
  assert.is(g.openAt('/proc/self/maps', O.RDWR), -E.EACCES);
  const comm = g.openAt('/proc/self/comm', O.WRONLY);
  assert.is(g.sys('write', comm, g.text(g.scratch + 64, 'renamed\n'), 8), 8);
  assert.is(g.read('/proc/self/comm'), 'renamed\n');
});

Proc('epoll watches files of the machine, not those of a process', () => {
  const g = new Reader();
  const ep = g.sys('epoll_create1', 0);
  g.put32(g.scratch + 64, EPOLL.IN);
  assert.is(g.sys('epoll_ctl', ep, EPOLL.CTL_ADD, g.openAt('/proc/sys/net/core/somaxconn'), g.scratch + 64), 0);
  assert.is(g.sys('epoll_ctl', ep, EPOLL.CTL_ADD, g.openAt('/proc/self/maps'), g.scratch + 64), -E.EPERM);
});

Proc('anonymous memory can be given a name, which maps shows', () => {
  const g = new Reader();
  const name = (at: number, bytes: number, text: string): number => g.sys('prctl', PR.SET_VMA, PR.SET_VMA_ANON_NAME, at, bytes, g.text(g.scratch, text));
  assert.is(name(g.scratch, 8192, ' Go: heap'), 0);
  assert.match(g.read('/proc/self/maps'), /rw-p 00000000 00:00 0 +\[anon: Go: heap\]\n/);
  assert.is(name(g.scratch, 65536, ''), 0);
  assert.not.match(g.read('/proc/self/maps'), /anon:/);
  assert.is(name(g.scratch, 4096, 'a[b'), -E.EINVAL);
  assert.is(name(g.scratch + 1, 4096, 'x'), -E.EINVAL);
  assert.is(name(g.scratch, 4096, 'x'.repeat(80)), -E.EINVAL);
  assert.is(name(0x401000, 4096, 'x'), -E.EBADF);
  assert.is(name(0x10000, 4096, 'x'), -E.ENOMEM);
});

Proc('every entry of the machine and of a process can be read', () => {
  const g = new Reader();
  let files = 0;
  const walk = (dir: string): void => {
    for (const name of g.list(dir)) {
      const path = `${dir}/${name}`;
      if (/\/fd(info)?$/.test(dir)) continue; // one of them was the directory just listed
      assert.is(g.sys('lstat', g.at(path), g.scratch + 512), 0, path);
      const type = g.get32(g.scratch + 512 + stat.amd64.mode) & S.IFMT;
      if (type === S.IFDIR) walk(path);
      else if (type === S.IFREG) files += g.read(path).length > 0 ? 1 : 0;
    }
  };
  walk('/proc');
  walk('/sys');
  assert.ok(files > 60, `${files} files`);
});

Proc.run();
