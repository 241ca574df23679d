/** Mapped files. tests/programs/go/mapping.go compares more of it with this computer's Linux. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT, E, MAP, O, PROT } from '../../../isa/abi/linux.js';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { Guest } from '../../helpers/task.js';

const Mapped = suite('mapped files');

const page = 4096;
const RW = PROT.READ | PROT.WRITE;

/** A guest with a file of two pages and its descriptor. */
function withFile(): { g: Guest; fd: number } {
  const g = new Guest();
  g.text(g.scratch, '/tmp/file');
  const fd = g.sys('openat', AT.FDCWD, g.scratch, O.RDWR | O.CREAT, 0o600);
  g.text(g.scratch, 'from the start');
  g.sys('write', fd, g.scratch, 14);
  g.sys('ftruncate', fd, 2 * page);
  return { g, fd };
}

const read = (g: Guest, fd: number, at: number, count: number): string => {
  assert.is(g.sys('pread64', fd, g.scratch, count, at), count);
  return g.bytes(g.scratch, count);
};

Mapped('stores through a shared mapping reach the file, and writes to the file the mappings', () => {
  const { g, fd } = withFile();
  const shared = g.sys('mmap', 0, 2 * page, RW, MAP.SHARED, fd, 0);
  const own = g.sys('mmap', 0, 2 * page, RW, MAP.PRIVATE, fd, 0);
  g.text(shared, 'STORED');
  assert.is(read(g, fd, 0, 14), 'STORED\0e start');
  g.text(own + page, 'own');
  assert.is(read(g, fd, page, 3), '\0\0\0');
  g.text(g.scratch, 'written');
  g.sys('pwrite64', fd, g.scratch, 7, page);
  assert.is(g.bytes(shared + page, 7), 'written');
  assert.is(g.bytes(own + page, 4), 'own\0', 'a private copy keeps to itself');
  assert.is(g.bytes(own, 6), 'STORED', 'a private page that was not written does not');
});

Mapped('contents outlive the mapping, and the file its name while it is mapped', () => {
  const { g, fd } = withFile();
  const shared = g.sys('mmap', 0, 2 * page, RW, MAP.SHARED, fd, 0);
  g.text(shared + page, 'kept');
  g.sys('munmap', shared, 2 * page);
  assert.is(read(g, fd, page, 4), 'kept');
  const again = g.sys('mmap', 0, 2 * page, RW, MAP.SHARED, fd, 0);
  g.text(g.scratch, '/tmp/file');
  g.sys('unlink', g.scratch);
  g.sys('close', fd);
  assert.is(g.bytes(again + page, 4), 'kept');
  g.sys('munmap', again, 2 * page);
});

Mapped('a file that becomes shorter takes its pages out of the mappings', () => {
  const { g, fd } = withFile();
  const shared = g.sys('mmap', 0, 2 * page, RW, MAP.SHARED, fd, 0);
  g.text(shared + page, 'lost');
  g.sys('ftruncate', fd, 4);
  assert.is(g.bytes(shared, 8), 'from\0\0\0\0');
  assert.is(g.sys('write', 1, shared + page, 1), -E.EFAULT);
  g.sys('ftruncate', fd, 2 * page);
  assert.is(g.bytes(shared + page, 4), '\0\0\0\0');
});

Mapped('a descriptor without the right to write gives no mapping that has it', () => {
  const { g } = withFile();
  g.text(g.scratch, '/tmp/file');
  const fd = g.sys('openat', AT.FDCWD, g.scratch, O.RDONLY, 0);
  assert.is(g.sys('mmap', 0, page, RW, MAP.SHARED, fd, 0), -E.EACCES);
  assert.ok(g.sys('mmap', 0, page, RW, MAP.PRIVATE, fd, 0) > 0);
});

Mapped('a snapshot keeps what was stored', () => {
  const { g, fd } = withFile();
  const shared = g.sys('mmap', 0, 2 * page, RW, MAP.SHARED, fd, 0);
  g.text(shared + page, 'stored');
  let kernel!: Kernel;
  const copy = Machine.restore(g.machine.snapshot(), new MemoryHost(), (parts) => (kernel = new Kernel(parts)));
  assert.is(copy.digest(), g.machine.digest());
  const file = [...kernel.files.state.tree.inodes.values()].find((inode) => inode.size === 2 * page)!;
  const bytes = kernel.files.contents(file) as Uint8Array;
  assert.is(String.fromCharCode(...bytes.subarray(page, page + 6)), 'stored');
});

Mapped.run();
