/** Transparent huge pages: who gets them, what takes them apart, what they cost, and what the TLB makes of them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MADV, MAP, PROT } from '../../../isa/abi/linux.js';
import { hugePolicies, ticksPerCycle, type HugePolicy } from '../../../machine/config.js';
import { usualSteps } from '../../../machine/steps.js';
import type { AddressSpace } from '../../../machine/kernel/vm.js';
import { memoryOf } from '../../../machine/memory/description.js';
import { Pte } from '../../../machine/memory/ram.js';
import { boot } from '../../helpers/boot.js';
import { newSpace } from '../../helpers/space.js';
import { Guest } from '../../helpers/task.js';
const Huge = suite('huge pages');

const page = 4096;
const huge = 2 ** 21;
const at = 0x40000000;
const anonymous = MAP.PRIVATE | MAP.ANONYMOUS | MAP.FIXED;
const rw = PROT.READ | PROT.WRITE;

/** Three huge pages' room, with the first MiB left out. */
function area(policy: HugePolicy = 'madvise', advice: number = MADV.HUGEPAGE): ReturnType<typeof newSpace> {
  const bench = newSpace(2 ** 24, 65536, policy);
  assert.is(bench.space.mmap(at + huge / 2, 3 * huge - huge / 2, rw, anonymous), at + huge / 2);
  assert.is(bench.space.madvise(at + huge / 2, 3 * huge - huge / 2, advice), 0);
  return bench;
}
const isHuge = (space: AddressSpace, va: number): boolean => (space.pte(va / page) & Pte.Huge) !== 0;

Huge('a write to untouched memory that was advised brings all of it at once', () => {
  const { space } = area();
  assert.is(space.fault(at + huge + 5 * page, 'write'), undefined);
  assert.is(space.residentPages, 512);
  assert.is(space.hugePages, 1);
  assert.ok(isHuge(space, at + huge) && isHuge(space, at + 2 * huge - page));
  const frames = new Set(Array.from({ length: 512 }, (_, i) => space.pte(at / page + 512 + i) >>> 8));
  assert.is(frames.size, 512);
});

Huge('small ones where the area has not all of it, a page is there, it is only read, or nobody may', () => {
  const { space } = area();
  space.fault(at + huge / 2, 'write');
  assert.is(space.residentPages, 1, 'the area begins in its middle');
  space.fault(at + huge, 'read');
  space.fault(at + huge + page, 'write');
  assert.is(space.hugePages, 0);
  const given = (policy: HugePolicy, advice: number): boolean => {
    const { space } = area(policy, advice);
    space.fault(at + huge, 'write');
    return space.hugePages === 1;
  };
  assert.equal(hugePolicies.map((p) => [p, given(p, MADV.HUGEPAGE), given(p, MADV.NORMAL), given(p, MADV.NOHUGEPAGE)]), [
    ['always', true, true, false], ['madvise', true, false, false], ['never', false, false, false],
  ]);
});

Huge('what happens to a part takes it apart, and keeps what is in it', () => {
  const parts: [string, (s: AddressSpace) => void, number][] = [
    ['munmap', (s) => s.munmap(at + huge + 3 * page, page), 511],
    ['mprotect', (s) => s.mprotect(at + huge + 3 * page, 2 * page, PROT.READ), 512],
    ['DONTNEED', (s) => s.madvise(at + huge, 4 * page, MADV.DONTNEED), 508],
  ];
  for (const [name, change, left] of parts) {
    const { space, shot } = area();
    space.copy.writeBytes(at + huge + 8 * page, Uint8Array.of(7));
    assert.is(space.hugePages, 1);
    change(space);
    assert.is(space.hugePages, 0, name);
    assert.is(space.residentPages, left, name);
    assert.ok(shot.some(([, vpn, count]) => vpn === (at + huge) / page && count === 512), `${name}: cores forget all of it`);
    assert.equal(space.copy.readBytes(at + huge + 8 * page, 1), Uint8Array.of(7));
  }
  const { space } = area();
  space.fault(at + huge, 'write');
  space.mprotect(at + huge, huge, PROT.READ);
  assert.ok(space.hugePages === 1 && (space.pte((at + huge) / page) & Pte.W) === 0, 'all of it stays one');
  space.munmap(at + huge, huge);
  assert.is(space.residentPages, 0);
});

Huge('a fork shares it; a write on either side copies one small page', () => {
  const { spaces, space } = area();
  space.copy.writeBytes(at + huge, Uint8Array.of(1));
  const child = spaces.fork(space);
  assert.is(child.hugePages, 1);
  child.copy.writeBytes(at + huge, Uint8Array.of(2));
  assert.equal([child.hugePages, space.hugePages], [0, 1]);
  assert.equal([...space.copy.readBytes(at + huge, 1)!, ...child.copy.readBytes(at + huge, 1)!], [1, 2]);
});

Huge('its fault is one, costs 2 MiB of zeros, and /proc and /sys tell', () => {
  const guest = new Guest({ cores: 1 });
  const s = usualSteps('amd64');
  const room = guest.sys('mmap', 0, 3 * huge, rw, MAP.PRIVATE | MAP.ANONYMOUS, -1, 0);
  guest.sys('madvise', room, 3 * huge, MADV.HUGEPAGE);
  const va = Math.ceil(room / huge) * huge;
  const [counts] = guest.kernel.state.counts;
  const before = { ...counts! };
  guest.kernel.trap(0, { reason: 'PageFault', pc: guest.machine.core(0).pc, va, access: 'write', row: undefined });
  assert.is(counts!.pageFaults - before.pageFaults, 1);
  assert.is((counts!.kernelTicks - before.kernelTicks) / ticksPerCycle, s.exception + s.pageTables + s.frame + s.findArea + s.mapPage + s.allocatePage + s.fillHugePage);
  const file = (path: string): string => {
    guest.kernel.user(guest.kernel.process(1)).write(guest.scratch, new TextEncoder().encode(`${path}\0`));
    const fd = guest.sys('openat', -100, guest.scratch, 0, 0);
    const n = guest.sys('read', fd, guest.scratch + 4096, 4096);
    return new TextDecoder().decode(guest.kernel.space(guest.kernel.process(1)).copy.readBytes(guest.scratch + 4096, n));
  };
  assert.match(file('/proc/meminfo'), /\nAnonHugePages: +2048 kB\n/);
  assert.is(file('/sys/kernel/mm/transparent_hugepage/enabled'), 'always [madvise] never\n');
  assert.is(file('/sys/kernel/mm/transparent_hugepage/hpage_pmd_size'), '2097152\n');
});

const unit = memoryOf('unit')!;
const load = 4;

/** Cycles of a load of the first of eight pages of a huge page, a line of each in another set of L1, after all of them were stored to and loaded. */
function again(hugePages: HugePolicy): number {
  const pages = Array.from({ length: 8 }, (_, n) => n * (page + 64));
  const run = (code: string): number => {
    const m = boot({ timing: 'unit', caches: unit, hugePages, memoryBytes: 2 ** 24 }, `
      TEXT main(SB), NOSPLIT, $0
        LEAQ x+0x1fffff(SB), SI
        ANDQ $~0x1fffff, SI
        ${[...pages.map((n) => `MOVQ AX, ${n}(SI)`), ...pages.map((n) => `MOVQ ${n}(SI), BX`), code].join('\n        ')}
        HLT
      GLOBL x(SB), NOPTR, $0x600000
    `);
    m.run();
    return m.cycles;
  };
  return run('MOVQ (SI), CX') - run('');
}

Huge('unit: eight pages of a huge one need one translation, else the first TLB of four entries has lost the first', () => {
  assert.is(again('always'), load);
  assert.is(again('never'), load + unit.stlb.cycles);
});

Huge('dropping what is remembered of translations changes nothing', () => {
  const text = `
    TEXT main(SB), NOSPLIT, $0
      LEAQ x+0x1fffff(SB), SI
      ANDQ $~0x1fffff, SI
      MOVQ $3, DX
    round:
      XORQ BX, BX
    next:
      ADDQ (SI)(BX*1), AX
      MOVQ AX, (SI)(BX*1)
      ADDQ $36928, BX
      CMPQ BX, $0x800000
      JCS next
      DECQ DX
      JNZ round
      HLT
    GLOBL x(SB), NOPTR, $0xa00000
  `;
  const run = (step: number): string => {
    const m = boot({ caches: memoryOf('skylake')!, hugePages: 'always', memoryBytes: 2 ** 24 }, text);
    for (let until = step; m.run(until) === 'limit'; until += step) m.machine.engine.flushAll();
    return m.machine.digest();
  };
  assert.is(run(7_000), run(1e9));
});

Huge.run();
