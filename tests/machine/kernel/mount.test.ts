/** Folders of this computer in the guest's tree: what files do there, and that nothing else can be reached. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AT, E, MAP, O, PROT, RENAME, S, stat as statLayout } from '../../../isa/abi/linux.js';
import { Folders } from '../../../machine/command/folders.js';
import { has } from '../../helpers/oracle.js';
import { Guest } from '../../helpers/task.js';
const Mounts = suite('mounted folders');

const at = AT.FDCWD;
const top = mkdtempSync(join(tmpdir(), 'rt0-mounts-'));
Mounts.after(() => rmSync(top, { recursive: true }));
let made = 0;

/** A fresh folder `shared` beside a file `secret`; the guest sees it at /data (rw) and at /look (ro). */
class Shared {
  readonly outside = join(top, `case${made++}`);
  readonly folder = join(this.outside, 'shared');
  readonly folders: Folders;
  readonly g: Guest;

  constructor(prepare: (folder: string, outside: string) => void = () => {}) {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.outside, 'secret'), 'secret');
    prepare(this.folder, this.outside);
    this.folders = new Folders([{ host: this.folder, writable: true }, { host: this.folder, writable: false }]);
    this.g = new Guest({ mounts: [{ guest: '/data', writable: true }, { guest: '/look', writable: false }] }, (q) => this.folders.answer(q));
  }

  path(text: string, slot = 0): number {
    return this.g.text(this.g.scratch + slot * 4096, text);
  }
  /** A call whose first argument, or second after a directory descriptor, is a path. */
  on(name: string, path: string, ...rest: (number | bigint)[]): number {
    return this.g.sys(name, this.path(path), ...rest);
  }
  open(path: string, flags = 0, mode = 0o644): number {
    return this.g.sys('openat', at, this.path(path), flags, mode);
  }
  two(name: string, a: string, b: string): number {
    return this.g.sys(name, this.path(a), this.path(b, 1));
  }
  read(path: string): string | number {
    const fd = this.open(path);
    if (fd < 0) return fd;
    const n = this.g.sys('read', fd, this.g.scratch + 8192, 8192);
    this.g.sys('close', fd);
    return n < 0 ? n : this.g.bytes(this.g.scratch + 8192, n);
  }
  write(path: string, text: string, flags: number = O.CREAT | O.TRUNC): number {
    const fd = this.open(path, O.WRONLY | flags);
    if (fd < 0) return fd;
    const n = this.g.sys('write', fd, this.g.text(this.g.scratch + 8192, text), text.length);
    this.g.sys('close', fd);
    return n;
  }
  names(path: string): string[] {
    const fd = this.open(path, O.RDONLY | 0o200000);
    const n = this.g.sys('getdents64', fd, this.g.scratch + 8192, 8192);
    this.g.sys('close', fd);
    const names: string[] = [];
    const text = this.g.bytes(this.g.scratch + 8192, n);
    for (let i = 0; i < n; ) {
      const length = text.charCodeAt(i + 16) + 256 * text.charCodeAt(i + 17);
      names.push(text.slice(i + 19, text.indexOf('\0', i + 19)));
      i += length;
    }
    return names;
  }
  stat(path: string, name = 'stat'): { mode: number; size: number; nlink: number; ino: bigint; mtime: number } {
    assert.is(this.g.sys(name, this.path(path), this.g.scratch + 8192), 0);
    const s = statLayout.amd64;
    const va = this.g.scratch + 8192;
    return { mode: this.g.get32(va + s.mode), size: Number(this.g.get64(va + s.fileSize)), nlink: this.g.get32(va + s.nlink), ino: this.g.get64(va + s.ino), mtime: Number(this.g.get64(va + s.mtime)) };
  }
}

Mounts('files are created, written, read, cut and removed, on the host at once', () => {
  const s = new Shared();
  assert.is(s.write('/data/a', 'hello'), 5);
  assert.is(readFileSync(join(s.folder, 'a'), 'utf8'), 'hello');
  assert.is(s.read('/look/a'), 'hello');
  const fd = s.open('/data/a', O.RDWR);
  assert.is(s.g.sys('pwrite64', fd, s.path('J'), 1, 0), 1);
  assert.is(s.g.sys('lseek', fd, 0, 2), 5);
  assert.is(s.g.sys('ftruncate', fd, 3), 0);
  assert.is(s.g.sys('fsync', fd), 0);
  assert.is(s.write('/data/a', '!!', O.APPEND), 2);
  assert.is(readFileSync(join(s.folder, 'a'), 'utf8'), 'Jel!!');
  assert.is(s.on('unlink', '/data/a'), 0);
  assert.not(existsSync(join(s.folder, 'a')));
  assert.is(s.g.sys('pread64', fd, s.g.scratch, 3, 0), 3, 'an open file outlives its name');
  assert.is(s.g.sys('fstat', fd, s.g.scratch), 0);
  assert.is(s.open('/data/a'), -E.ENOENT);
  assert.is(s.open('/data/a', O.CREAT | O.EXCL | O.RDWR, 0o600) > 0, true);
  assert.is(statSync(join(s.folder, 'a')).mode & 0o777, 0o600);
  assert.is(s.open('/data/a', O.CREAT | O.EXCL), -E.EEXIST);
});

Mounts('directories, links, renames, modes and times', () => {
  const s = new Shared();
  assert.is(s.on('mkdir', '/data/d', 0o750), 0);
  assert.is(statSync(join(s.folder, 'd')).mode & 0o777, 0o750);
  assert.is(s.write('/data/d/f', 'x'), 1);
  assert.is(s.on('chdir', '/data/d'), 0);
  assert.is(s.two('link', 'f', '../g'), 0);
  assert.is(s.stat('/data/g').nlink, 2);
  assert.is(s.stat('/data/g').ino, s.stat('f').ino);
  assert.is(s.two('rename', 'f', '/data/g'), 0, 'two names of one file: nothing happens');
  assert.is(s.two('symlink', 'd/f', '/data/l'), 0);
  assert.is(readlinkSync(join(s.folder, 'l')), 'd/f');
  assert.is(s.read('/data/l'), 'x');
  assert.is(s.stat('/data/l', 'lstat').mode, S.IFLNK | 0o777);
  assert.is(s.two('rename', '/data/d', '/data/e'), 0);
  assert.is(s.read('f'), 'x', 'the working directory moved along');
  assert.is(s.g.sys('getcwd', s.g.scratch, 100), 8);
  assert.is(s.g.bytes(s.g.scratch, 7), '/data/e');
  assert.is(s.two('rename', '/data/e', '/data/e/below'), -E.EINVAL);
  assert.is(s.on('rmdir', '/data/e'), -E.ENOTEMPTY);
  assert.is(s.on('unlink', '/data/e'), -E.EISDIR);
  assert.is(s.on('rmdir', '/data/g'), -E.ENOTDIR);
  assert.is(s.on('chmod', '/data/g', 0o4711), 0);
  assert.is(lstatSync(join(s.folder, 'g')).mode & 0o7777, 0o711, 'without the bit that lends rights');
  s.g.put64(s.g.scratch + 8192, 1_000_000_000);
  s.g.put64(s.g.scratch + 8200, 0);
  s.g.put64(s.g.scratch + 8208, 1_500_000_000);
  s.g.put64(s.g.scratch + 8216, 0);
  assert.is(s.g.sys('utimensat', at, s.path('/data/g'), s.g.scratch + 8192, 0), 0);
  assert.is(s.stat('/data/g').mtime, 1_500_000_000);
  assert.equal(s.names('/data'), ['.', '..', 'e', 'g', 'l']);
  assert.is(s.g.sys('renameat2', at, s.path('/data/g'), at, s.path('/data/l', 1), RENAME.NOREPLACE), -E.EEXIST);
  assert.is(s.g.sys('statfs', s.path('/data'), s.g.scratch + 8192), 0);
  assert.is(s.on('chdir', '..'), 0);
  assert.is(s.on('chdir', '..'), 0);
  assert.is(s.g.sys('getcwd', s.g.scratch, 100), 2, 'above the mount is the guest\'s root');
});

Mounts('a read-only mount changes nothing and says so', () => {
  const s = new Shared((folder) => {
    writeFileSync(join(folder, 'f'), 'kept');
    mkdirSync(join(folder, 'd'));
    utimesSync(join(folder, 'f'), 1e9, 1e9);
  });
  const { EROFS } = E;
  assert.is(s.open('/look/f', O.WRONLY), -EROFS);
  assert.is(s.open('/look/f', O.RDWR | O.TRUNC), -EROFS);
  assert.is(s.open('/look/f', O.RDONLY | O.TRUNC), -EROFS);
  assert.is(s.open('/look/new', O.CREAT | O.RDONLY), -EROFS);
  assert.ok(s.open('/look/f', O.CREAT | O.RDONLY) > 0);
  assert.is(s.on('truncate', '/look/f', 0), -EROFS);
  assert.is(s.on('unlink', '/look/f'), -EROFS);
  assert.is(s.on('mkdir', '/look/x', 0o755), -EROFS);
  assert.is(s.on('rmdir', '/look/d'), -EROFS);
  assert.is(s.two('rename', '/look/f', '/look/g'), -EROFS);
  assert.is(s.two('link', '/look/f', '/look/g'), -EROFS);
  assert.is(s.two('symlink', 'x', '/look/g'), -EROFS);
  assert.is(s.on('mknod', '/look/g', S.IFIFO | 0o600, 0), -EROFS);
  assert.is(s.on('chmod', '/look/f', 0), -EROFS);
  assert.is(s.on('utimes', '/look/f', 0), -EROFS);
  assert.is(s.on('chown', '/look/f', 0, 0), -EROFS);
  assert.is(s.on('access', '/look/f', 2), -EROFS);
  const fd = s.open('/look/f');
  assert.is(s.g.sys('fchmod', fd, 0), -EROFS);
  assert.is(s.g.sys('write', fd, s.g.scratch, 1), -E.EBADF);
  assert.is(s.read('/look/f'), 'kept');
  assert.equal(readdirSync(s.folder), ['d', 'f']);
  assert.is(statSync(join(s.folder, 'f')).mtimeMs, 1e12);
});

Mounts('links in a folder lead where the guest\'s names lead, never out of it', () => {
  const s = new Shared((folder, outside) => {
    symlinkSync(join(outside, 'secret'), join(folder, 'absolute'));
    symlinkSync('../secret', join(folder, 'relative'));
    symlinkSync(outside, join(folder, 'up'));
    symlinkSync('..', join(folder, 'dots'));
    symlinkSync('/proc/self/root/etc/hostname', join(folder, 'proc'));
    symlinkSync('/dev/null', join(folder, 'null'));
    symlinkSync('circle', join(folder, 'circle'));
  });
  assert.is(s.read('/data/absolute'), -E.ENOENT);
  assert.is(s.read('/data/relative'), -E.ENOENT);
  assert.is(s.read('/data/up/secret'), -E.ENOENT);
  assert.is(s.read('/data/dots/secret'), -E.ENOENT);
  assert.is(s.read('/data/proc'), -E.ENOENT);
  assert.is(s.read('/data/circle'), -E.ELOOP);
  assert.is(s.read('/data/null'), '', 'the guest\'s /dev/null');
  assert.is(s.write('/data/relative', 'mine'), 4, 'made where the name leads: in the guest\'s root');
  assert.is(s.read('/secret'), 'mine');
  assert.is(readFileSync(join(s.outside, 'secret'), 'utf8'), 'secret');
  assert.is(s.write('/data/absolute', 'x'), -E.ENOENT);
  for (const path of ['/data/../../secret2', '/data/./.././../x/secret', '/data/d/../../secret2', '/data//..//secret2', '/look/../data/../secret2']) assert.is(s.on('access', path, 0), -E.ENOENT, path);
  assert.is(s.two('link', '/data/absolute', '/data/new'), 0, 'the link itself gets a second name');
  assert.ok(lstatSync(join(s.folder, 'new')).isSymbolicLink());
  assert.is(s.on('chmod', '/data/up/secret', 0o777), -E.ENOENT);
  assert.is(s.on('truncate', '/data/absolute', 0), -E.ENOENT);
  assert.is(s.open('/data/absolute', 0o400000), -E.ELOOP, 'O_NOFOLLOW');
});

Mounts('nothing moves between mounts or out of them, and a mount\'s root stays', () => {
  const s = new Shared((folder) => writeFileSync(join(folder, 'f'), 'x'));
  assert.is(s.two('rename', '/data/f', '/tmp/f'), -E.EXDEV);
  assert.is(s.two('rename', '/data/f', '/look/f2'), -E.EXDEV);
  assert.is(s.two('link', '/data/f', '/tmp/f'), -E.EXDEV);
  assert.is(s.two('link', '/tmp', '/data/f2'), -E.EXDEV);
  assert.is(s.two('rename', '/data', '/tmp/data'), -E.EBUSY);
  assert.is(s.on('rmdir', '/data'), -E.EBUSY);
  assert.is(s.on('rmdir', '/look/'), -E.EBUSY);
  assert.is(s.two('rename', '/tmp', '/data'), -E.EBUSY);
});

Mounts('devices, FIFOs and sockets of a folder are seen and never opened', () => {
  if (!has('mkfifo')) return console.log('mounted folders: skipped, no mkfifo');
  const s = new Shared((folder) => {
    spawnSync('mkfifo', [join(folder, 'fifo')]);
    if (process.getuid?.() === 0) spawnSync('mknod', [join(folder, 'null'), 'c', '1', '3']);
  });
  assert.is(s.stat('/data/fifo').mode & S.IFMT, S.IFIFO);
  assert.is(s.open('/data/fifo', O.RDONLY | O.NONBLOCK), -E.EACCES);
  assert.is(s.open('/data/fifo', O.RDWR), -E.EACCES);
  if (existsSync(join(s.folder, 'null'))) assert.is(s.open('/data/null', O.RDWR), -E.EACCES);
  assert.is(s.on('mknod', '/data/p', S.IFIFO | 0o600, 0), -E.EPERM);
  assert.is(s.on('mknod', '/data/c', S.IFCHR | 0o600, 0x103), -E.EPERM);
});

Mounts('a folder that becomes a link between two steps of the walk leads nowhere', () => {
  // The kernel model asks with a path that it has just checked; by then the host has changed it.
  const s = new Shared((folder, outside) => {
    mkdirSync(join(folder, 'd'));
    mkdirSync(join(outside, 'other'));
    writeFileSync(join(outside, 'other', 'f'), 'secret');
    writeFileSync(join(folder, 'd', 'f'), 'mine');
    symlinkSync(join(outside, 'other'), join(folder, 'bad'));
  });
  const ask = s.folders.answer.bind(s.folders);
  assert.is(ask({ ask: 'stat', at: { mount: 0, path: 'bad/f' } }), -E.ENOTDIR);
  assert.is(ask({ ask: 'list', at: { mount: 0, path: 'bad' } }), -E.ENOTDIR);
  assert.is(ask({ ask: 'open', at: { mount: 0, path: 'bad/f', file: 90, write: true, gone: false }, create: true, exclusive: false, truncate: true, mode: 0o644 }), -E.ENOTDIR);
  assert.is(ask({ ask: 'rename', at: { mount: 0, path: 'd/f' }, to: { mount: 0, path: 'bad/g' } }), -E.ENOTDIR);
  assert.is(ask({ ask: 'mkdir', at: { mount: 0, path: 'bad/new' }, mode: 0o755 }), -E.ENOTDIR);
  assert.is(ask({ ask: 'stat', at: { mount: 0, path: '../secret' } }), -E.EINVAL);
  assert.is(ask({ ask: 'stat', at: { mount: 0, path: 'd/../../secret' } }), -E.EINVAL);
  assert.is(ask({ ask: 'stat', at: { mount: 0, path: '/etc/passwd' } }), -E.EINVAL);
  assert.is(ask({ ask: 'unlink', at: { mount: 1, path: 'd/f' } }), -E.EROFS, 'whatever the kernel model asks');
  assert.is(ask({ ask: 'chmod', at: { mount: 0, path: 'bad' }, mode: 0o777 }), -E.EOPNOTSUPP);
  assert.is(ask({ ask: 'open', at: { mount: 0, path: 'bad', file: 91, write: false, gone: false }, create: false, exclusive: false, truncate: false, mode: 0 }), -E.ELOOP);
  // a file opened before stays the same file
  const fd = s.open('/data/d/f', O.RDWR);
  renameSync(join(s.folder, 'd'), join(s.folder, 'd2'));
  renameSync(join(s.folder, 'bad'), join(s.folder, 'd'));
  s.g.sys('pwrite64', fd, s.path('MI'), 2, 0);
  assert.is(readFileSync(join(s.folder, 'd2', 'f'), 'utf8'), 'MIne');
  assert.is(readFileSync(join(s.outside, 'other', 'f'), 'utf8'), 'secret');
  assert.is(s.read('/data/d/f'), -E.ENOENT);
});

Mounts('a single file can be mounted', () => {
  const s = new Shared();
  const file = join(s.outside, 'secret');
  const folders = new Folders([{ host: file, writable: true }]);
  const g = new Guest({ mounts: [{ guest: '/etc/conf', writable: true }] }, (q) => folders.answer(q));
  const fd = g.sys('open', g.text(g.scratch, '/etc/conf'), O.RDWR, 0);
  assert.is(g.sys('read', fd, g.scratch + 100, 10), 6);
  assert.is(g.sys('write', fd, g.text(g.scratch, '.'), 1), 1);
  assert.is(readFileSync(file, 'utf8'), 'secret.');
  assert.is(g.sys('unlink', g.text(g.scratch, '/etc/conf')), -E.EBUSY);
  assert.is(g.sys('mkdir', g.text(g.scratch, '/etc/conf/x'), 0o755), -E.ENOTDIR);
  linkSync(file, join(s.outside, 'second'));
});

Mounts('what the host refuses, the guest is told', () => {
  const s = new Shared((folder) => writeFileSync(join(folder, 'f'), 'x'.repeat(5000)));
  const fd = s.open('/data/f', O.RDWR);
  const real = s.g.host.file;
  const failing = (ask: string, answer: number, call: () => number): number => {
    s.g.host.file = (q) => (q.ask === ask ? answer : real(q));
    const result = call();
    s.g.host.file = real;
    return result;
  };
  for (const error of [E.ENOSPC, E.EDQUOT, E.EIO, E.EFBIG]) assert.is(failing('write', -error, () => s.g.sys('write', fd, s.g.scratch, 10)), -error);
  assert.is(failing('write', 3, () => s.g.sys('write', fd, s.g.scratch, 10)), 3, 'a short write');
  assert.is(s.g.sys('lseek', fd, 0, 1), 3);
  assert.is(failing('read', -E.EIO, () => s.g.sys('read', fd, s.g.scratch + 8192, 10)), -E.EIO);
  assert.is(failing('open', -E.EMFILE, () => s.open('/data/f')), -E.EMFILE);
  assert.is(failing('open', -E.EACCES, () => s.open('/data/f')), -E.EACCES);
  assert.is(failing('sync', -E.EIO, () => s.g.sys('fsync', fd)), -E.EIO);
  assert.is(failing('resize', -E.ENOSPC, () => s.g.sys('ftruncate', fd, 1 << 30)), -E.ENOSPC);
  assert.is(failing('list', -E.EACCES, () => s.g.sys('getdents64', s.open('/data', 0o200000), s.g.scratch + 8192, 100)), -E.EACCES);
  assert.is(failing('stat', -E.EIO, () => s.on('access', '/data/f', 0)), -E.EIO);
  assert.is(failing('rename', -E.EXDEV, () => s.two('rename', '/data/f', '/data/g')), -E.EXDEV);
  assert.is(s.two('rename', '/data/f', '/data/g'), 0);
  // a mapping whose pages cannot be read, or put back
  const va = s.g.sys('mmap', 0, 8192, PROT.READ | PROT.WRITE, MAP.SHARED, fd, 0);
  assert.is(failing('read', -E.EIO, () => s.g.sys('write', 1, va, 1)), -E.EFAULT);
  s.g.text(va, 'changed');
  assert.is(failing('write', -E.ENOSPC, () => s.g.sys('msync', va, 8192, 4)), -E.ENOSPC);
  assert.is(s.g.sys('msync', va, 8192, 4), 0);
  assert.is(readFileSync(join(s.folder, 'g'), 'latin1').slice(0, 7), 'changed');
});

Mounts('answers of the host may be as strange as its files', () => {
  const s = new Shared((folder) => {
    writeFileSync(join(folder, 'name with\nline'), '1');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe, 0x80])]), '2');
    writeFileSync(join(folder, 'n'.repeat(255)), '3');
    mkdirSync(join(folder, 'deep', ...Array.from({ length: 40 }, () => 'x'.repeat(90))), { recursive: true });
  });
  assert.equal(s.names('/data').slice(2), ['deep', 'name with\nline', 'n'.repeat(255), '\xff\xfe\x80']);
  assert.is(s.read('/data/\xff\xfe\x80'), '2');
  assert.is(s.read(`/data/${'n'.repeat(255)}`), '3');
  assert.is(s.read(`/data/${'n'.repeat(256)}`), -E.ENAMETOOLONG);
  assert.is(s.on('access', `/data/deep${`/${'x'.repeat(90)}`.repeat(40)}`, 0), 0);
  assert.is(s.write('/data/\xe9', 'latin'), 5);
  assert.ok(readdirSync(s.folder, 'latin1').includes('\xe9'));
});

Mounts.run();
