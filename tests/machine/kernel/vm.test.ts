import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { E, MADV, MAP, MREMAP } from '../../../isa/abi/linux.js';
import { Pte } from '../../../machine/memory/ram.js';
import { MachineStop } from '../../../machine/stop.js';
import { newSpace } from '../../helpers/space.js';
const Vm = suite('vm');

const page = 4096;
const NONE = 0;
const R = 1;
const RW = 3;
const anon = MAP.PRIVATE | MAP.ANONYMOUS;
const fixed = anon | MAP.FIXED;
const hex = (n: number): string => n.toString(16);
const top = 0x7ffff7fff000; // end of the mapping area: 128 MiB below the end of user space

Vm('mappings go from the top down, each below the last', () => {
  const { space } = newSpace();
  assert.is(hex(space.mmap(0, 3 * page, RW, anon)), hex(top - 3 * page));
  assert.is(hex(space.mmap(0, 100, RW, anon)), hex(top - 4 * page));
  space.munmap(top - 3 * page, page);
  assert.is(hex(space.mmap(0, 1, RW, anon)), hex(top - 3 * page), 'the highest gap that fits');
});

Vm('a hint is taken when it is free, rounded down, and ignored when not', () => {
  const { space } = newSpace();
  assert.is(hex(space.mmap(0xc000000123, 0x4000000, NONE, anon)), 'c000000000');
  assert.is(hex(space.mmap(0xc000000000, page, RW, anon)), hex(top - page));
  assert.is(hex(space.mmap(5, page, RW, anon)), '10000', 'a low hint is raised to the lowest address');
  assert.is(hex(space.mmap(2 ** 47, page, RW, anon)), hex(top - 2 * page), 'beyond user space');
});

Vm('a fixed mapping replaces what is there and a no-replace one refuses', () => {
  const { space } = newSpace();
  assert.is(space.mmap(0x20000, 4 * page, RW, fixed), 0x20000);
  assert.is(space.mmap(0x21000, page, R, fixed), 0x21000);
  assert.equal(space.areas.all.map((a) => [a.start, a.end, a.prot]), [[0x20000, 0x21000, RW], [0x21000, 0x22000, R], [0x22000, 0x24000, RW]]);
  assert.is(space.mmap(0x23000, page, RW, anon | MAP.FIXED_NOREPLACE), -E.EEXIST);
  assert.is(space.mmap(0x24000, page, RW, anon | MAP.FIXED_NOREPLACE), 0x24000);
  assert.is(space.mmap(0x1000, page, RW, fixed), -E.EPERM);
  assert.is(space.mmap(0x20001, page, RW, fixed), -E.EINVAL);
  assert.is(space.mmap(2 ** 47 - page, page, RW, fixed), -E.ENOMEM);
});

Vm('calls reject what Linux rejects', () => {
  const { space } = newSpace();
  assert.is(space.mmap(0, 0, RW, anon), -E.EINVAL);
  assert.is(space.mmap(0, page, RW, MAP.ANONYMOUS), -E.EINVAL, 'neither shared nor private');
  assert.is(space.mmap(0, 2 ** 64, RW, anon), -E.ENOMEM);
  assert.is(space.munmap(1, page), -E.EINVAL);
  assert.is(space.munmap(page, 0), -E.EINVAL);
  assert.is(space.munmap(2 ** 63, page), -E.EINVAL);
  assert.is(space.munmap(0x5000000, page), 0, 'nothing there is fine');
  assert.is(space.mprotect(0x5000000, page, R), -E.ENOMEM);
  assert.is(space.mprotect(0x5000000, page, 64), -E.EINVAL);
  assert.is(space.mprotect(2 ** 63, page, R), -E.ENOMEM);
  assert.is(space.madvise(0x5000000, page, MADV.DONTNEED), -E.ENOMEM);
  assert.is(space.madvise(0x5000000, page, 9999), -E.EINVAL);
  assert.is(space.mremap(0x5000000, page, 2 * page, MREMAP.MAYMOVE, 0), -E.EFAULT);
  assert.is(space.mremap(0x5000000, page, 2 * page, 64, 0), -E.EINVAL);
});

Vm('neighbours of one kind become one area and come apart again', () => {
  const { space } = newSpace();
  space.mmap(0x20000, page, RW, fixed);
  space.mmap(0x22000, page, RW, fixed);
  space.mmap(0x21000, page, RW, fixed);
  assert.is(space.areas.all.length, 1);
  space.mprotect(0x21000, page, R);
  assert.is(space.areas.all.length, 3);
  space.mprotect(0x21000, page, RW);
  assert.is(space.areas.all.length, 1);
});

Vm('reservations of many GiB cost no memory', () => {
  const { space, ram } = newSpace();
  const before = ram.framesInUse;
  assert.ok(space.mmap(0, 2 ** 40, NONE, anon) > 0);
  assert.ok(space.mmap(0xc000000000, 2 ** 36, NONE, anon | MAP.NORESERVE) > 0);
  assert.ok(space.mmap(0, 2 ** 34, RW, anon | MAP.NORESERVE) > 0);
  assert.is(ram.framesInUse, before);
  assert.is(space.mprotect(0xc000000000, 2 ** 19, RW), 0);
  assert.is(space.munmap(0xc000000000, 2 ** 36), 0);
  assert.is(space.mmap(0, 2 ** 21, RW, anon), -E.ENOMEM, 'but writable memory beyond all there is, is refused');
});

Vm('reading untouched memory maps the zero page, writing takes a frame', () => {
  const { space, ram, spaces, shot } = newSpace();
  const at = space.mmap(0, 4 * page, RW, anon);
  const before = ram.framesInUse;
  for (let i = 0; i < 4; i++) assert.is(space.fault(at + i * page, 'read'), undefined);
  assert.is(ram.framesInUse, before);
  assert.is(space.pte(at / page), spaces.frames.zero * 256 + Pte.R);
  assert.is(space.fault(at + 17, 'write'), undefined);
  assert.is(ram.framesInUse, before + 1);
  assert.is(space.pte(at / page) & 255, Pte.R | Pte.W);
  assert.equal(shot, [[space.id, at / page, 1]], 'cores forget the zero page');
  space.madvise(at, 4 * page, MADV.DONTNEED);
  assert.is(ram.framesInUse, before);
  assert.is(space.pte(at / page), 0);
});

Vm('a fault tells unmapped from forbidden', () => {
  const { space } = newSpace();
  const at = space.mmap(0, page, R, anon);
  assert.is(space.fault(at, 'write'), 'accerr');
  assert.is(space.fault(at, 'exec'), 'accerr');
  assert.is(space.fault(at + page, 'read'), 'maperr');
  assert.is(space.fault(0, 'read'), 'maperr');
  assert.is(space.fault(2 ** 47, 'read'), 'maperr');
  space.mprotect(at, page, NONE);
  assert.is(space.fault(at, 'read'), 'accerr');
  space.mprotect(at, page, 2);
  assert.is(space.fault(at, 'read'), undefined, 'write implies read');
});

Vm('protection that shrinks is told to the cores, protection that grows is not', () => {
  const { space, shot } = newSpace();
  const at = space.mmap(0, 2 * page, RW, anon);
  space.copy.writeBytes(at, Uint8Array.of(7));
  space.mprotect(at, 2 * page, NONE);
  assert.equal(shot, [[space.id, at / page, 2]]);
  assert.is(space.pte(at / page) & 255, 0);
  assert.is(space.copy.readU8(at), undefined);
  space.mprotect(at, 2 * page, RW);
  assert.is(shot.length, 1);
  assert.is(space.copy.readU8(at), 7, 'the contents stay');
});

Vm('a stack grows down when touched, to its limit, and keeps a gap', () => {
  const { space } = newSpace();
  const end = 0x7ffffffff000;
  space.mmap(end - page, page, RW, fixed | MAP.GROWSDOWN);
  assert.is(space.fault(end - 65536, 'write'), undefined);
  assert.is(space.areas.at(end - 65536)?.start, end - 65536);
  assert.is(space.fault(end - 8 * 2 ** 20, 'write'), undefined, '8 MiB is the limit');
  assert.is(space.fault(end - 8 * 2 ** 20 - 1, 'write'), 'maperr');
  const low = newSpace().space;
  low.mmap(0x400000, page, RW, fixed);
  low.mmap(0x600000, page, RW, fixed | MAP.GROWSDOWN);
  assert.is(low.fault(0x501000, 'write'), undefined);
  assert.is(low.fault(0x500fff, 'write'), 'maperr', 'closer than 1 MiB to the mapping below');
});

Vm('memory that runs out stops the machine and names the mapping', () => {
  const { space } = newSpace(16 * page);
  const at = space.mmap(0, 15 * page, RW, anon);
  space.mmap(0x20000, 15 * page, RW, fixed | MAP.NORESERVE, { object: 0, offset: 0, name: '[heap]' });
  for (let i = 0; i < 15; i++) space.fault(at + i * page, 'write');
  assert.throws(() => space.fault(0x2f000 - page, 'write'), (e: unknown) => e instanceof MachineStop && e.message === 'out of memory: no page left for address 0x2e000 of the mapping [heap] (0x20000 to 0x2f000); see --memory');
  space.munmap(at, page);
  assert.is(space.fault(0x2e000, 'write'), undefined, 'freed frames are used again');
});

Vm('brk moves the end of the heap and gives memory back', () => {
  const { space, ram } = newSpace();
  space.setBrk(0x500000);
  assert.is(space.brk(0), 0x500000);
  assert.is(space.brk(0x502800), 0x502800);
  const before = ram.framesInUse;
  space.copy.writeBytes(0x502000, Uint8Array.of(1));
  assert.is(space.brk(0x501800), 0x501800);
  assert.is(ram.framesInUse, before);
  assert.is(space.fault(0x502000, 'read'), 'maperr');
  assert.is(space.areas.all[0]!.name, '[heap]');
  space.mmap(0x510000, page, RW, fixed);
  assert.is(space.brk(0x510001), 0x501800, 'refused: a mapping is in the way');
});

Vm('mremap grows in place, moves with its pages, and shrinks', () => {
  const { space } = newSpace();
  const at = space.mmap(0x100000, 2 * page, RW, fixed);
  space.copy.writeBytes(at + page, Uint8Array.of(42));
  assert.is(space.mremap(at, 2 * page, 3 * page, 0, 0), at);
  space.mmap(at + 3 * page, page, RW, MAP.SHARED | MAP.ANONYMOUS | MAP.FIXED);
  assert.is(space.mremap(at, 3 * page, 4 * page, 0, 0), -E.ENOMEM);
  const moved = space.mremap(at, 3 * page, 5 * page, MREMAP.MAYMOVE, 0);
  assert.is(hex(moved), hex(top - 5 * page));
  assert.is(space.copy.readU8(moved + page), 42);
  assert.is(space.fault(at, 'read'), 'maperr');
  assert.is(space.mremap(moved, 5 * page, page, 0, 0), moved);
  assert.is(space.fault(moved + page, 'read'), 'maperr');
});

Vm('a forked space shares pages until either side writes', () => {
  const { space, spaces, ram } = newSpace();
  const at = space.mmap(0, 2 * page, RW, anon);
  const both = space.mmap(0, page, RW, MAP.SHARED | MAP.ANONYMOUS);
  space.copy.writeBytes(at, Uint8Array.of(1));
  space.copy.writeBytes(both, Uint8Array.of(1));
  const before = ram.framesInUse;
  const child = spaces.fork(space);
  assert.is(ram.framesInUse, before);
  assert.is(space.pte(at / page) & Pte.W, 0);
  child.copy.writeBytes(at, Uint8Array.of(2));
  child.copy.writeBytes(both, Uint8Array.of(2));
  assert.is(ram.framesInUse, before + 1);
  assert.equal([space.copy.readU8(at), child.copy.readU8(at)], [1, 2]);
  assert.equal([space.copy.readU8(both), child.copy.readU8(both)], [2, 2]);
  space.copy.writeBytes(at, Uint8Array.of(3));
  assert.is(ram.framesInUse, before + 1, 'the last user writes in place');
  spaces.destroy(child);
  spaces.destroy(space);
  assert.is(ram.framesInUse, 1, 'only the zero page is left');
});

Vm('pages of a file appear as they are touched; beyond its end is a bus error', () => {
  const { space, spaces } = newSpace();
  const bytes = new Uint8Array(page + 100).fill(9);
  const object = spaces.objects.file(bytes).id;
  const at = space.mmap(0, 3 * page, RW, MAP.PRIVATE, { object, offset: 0, name: '/file' });
  assert.is(space.copy.readU8(at + page + 99), 9);
  assert.is(space.copy.readU8(at + page + 100), 0);
  assert.is(space.fault(at + 2 * page, 'read'), 'buserr');
  space.copy.writeBytes(at, Uint8Array.of(1));
  assert.is(bytes[0], 9, 'private');
  assert.is(space.mprotect(at, page, R), 0);
  assert.equal(space.areas.all.map((a) => a.offset), [0, page]);
});

Vm('the kernel copies across pages and stops at the fault', () => {
  const { space } = newSpace();
  const at = space.mmap(0x30000, 2 * page, RW, fixed);
  const end = at + 2 * page;
  const text = Uint8Array.from('hello\0', (c) => c.charCodeAt(0));
  assert.ok(space.copy.writeBytes(at + page - 3, text));
  assert.equal(space.copy.readBytes(at + page - 3, 6), text);
  assert.equal(space.copy.readCString(at + page - 3), text.subarray(0, 5));
  assert.is(space.copy.readU32(at + page - 3), 0x6c6c6568);
  assert.is(space.copy.writeSome(end - 2, text), 2, 'what fits is written');
  assert.is(space.copy.writeBytes(end - 2, text), false);
  assert.is(space.copy.readBytes(end - 2, 3), undefined);
  assert.is(space.copy.readCString(end - 2), 'fault');
  assert.is(space.copy.readCString(at + page - 3, 4), 'long');
  assert.is(space.copy.readBytes(at, 2 ** 40), undefined, 'no buffer of that size is made');
  assert.is(space.copy.readBytes(-8, 8), undefined);
  assert.is(space.copy.writeU64(end - 8, 0x1122334455667788n), true);
  assert.is(space.copy.readU64(end - 8), 0x1122334455667788n);
  for (const va of [at + page - 5, at + page - 2, at + 8]) { // over two pages, and within one
    assert.ok(space.copy.writeU64(va, -2n));
    assert.is(space.copy.readU64(va), 2n ** 64n - 2n);
    assert.ok(space.copy.writeU32(va + 1, -3));
    assert.is(space.copy.readU64(va), 0xffffff_fffffffd_fen);
  }
  assert.is(space.copy.writeU64(end - 7, 1n), false);
  assert.is(space.copy.writeU32(end, 1), false);
});

Vm.run();
