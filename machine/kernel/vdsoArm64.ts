/**
 * The functions of arm64's vDSO, and the page of data that they read. vdso(7); linux/arch/arm64/kernel/vdso/.
 *
 * Nanoseconds come from the generic timer: CNTVCT_EL0 counts at a frequency of its own, so a count is some whole number of
 * nanoseconds, which stands in the data page with what each clock is ahead of the counter. The system calls have the same
 * grain (clock.ts), so a clock never runs backwards between the two.
 * Left out: getrandom; the coarse and raw clocks, which are left to the system call.
 */
import { arm64Syscalls, CLOCK, numbersOf } from '../../isa/abi/linux.js';
import { EM } from '../../isa/abi/elf.js';
import { counterHz } from '../../isa/arm64/profile.js';
import { listingBytes, vdsoCodeStart, vdsoPageBytes, type Listing, type Vdso } from './vdso.js';

/** What one count of the timer lasts. */
export const countNanos = 1e9 / counterHz;

/** Offsets in the data page: by clock, nanoseconds ahead of the counter; nanoseconds of a count. */
const data = { ahead: 0, countNanos: 16 } as const;

/** Where handlers return to that have no code of their own for it: the first function. */
export const sigreturnAt = vdsoCodeStart;

const numbers = numbersOf(arm64Syscalls);
const insn = (word: number, text: string): Listing[number] => [[0, 8, 16, 24].map((n) => (word >>> n) & 0xff), text];
const number = (name: string): number => numbers.get(name)!;

/** The system call of the same name, with the arguments as they are. MOVZ X8 has its constant from bit 5 on. */
const call = (name: string): Listing => [
  insn(0xd2800008 + (number(name) << 5), `mov x8, #0x${number(name).toString(16)}`),
  insn(0xd4000001, 'svc #0x0'),
];
const ret = insn(0xd65f03c0, 'ret');

/** The data page's address in X3, from an instruction at `at`: ADR with a distance of two's complement in bits 23 to 5 and 30 to 29. */
function dataAddress(at: number): Listing[number] {
  const distance = -vdsoPageBytes - at;
  return insn((0x10000003 | ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5)) >>> 0, 'adr x3');
}

/** X5 = seconds, X6 = nanoseconds of the clock that is X5 ahead; X3 is the data page. Changes X2 and X4. */
const time: Listing = [
  insn(0xf9400864, 'ldr x4, [x3, #16]'),
  insn(0xd5033fdf, 'isb'), // the counter is not read before what precedes
  insn(0xd53be042, 'mrs x2, cntvct_el0'),
  insn(0x9b041442, 'madd x2, x2, x4, x5'),
  insn(0x52994004, 'mov w4, #0xca00'), // 10^9 in two parts
  insn(0x72a77344, 'movk w4, #0x3b9a, lsl #16'),
  insn(0x9ac40845, 'udiv x5, x2, x4'),
  insn(0x9b0488a6, 'msub x6, x5, x4, x2'),
];

const returnZero: Listing = [insn(0x52800000, 'mov w0, #0x0'), ret];

/** Branches over `count` instructions; X0 or X1 is zero, or the flags say higher. */
const overIfZero = (register: 0 | 1, count: number): Listing[number] => insn((0xb4000000 + ((count + 1) << 5) + register) >>> 0, `cbz x${register}`);
const overIfHigher = (count: number): Listing[number] => insn(0x54000008 + ((count + 1) << 5), 'b.hi');

/** clock_gettime(clock, timespec): CLOCK_REALTIME and CLOCK_MONOTONIC, 0 and 1, here; the others by the system call. */
function clockGettime(at: number): Listing {
  const here = (start: number): Listing => [
    dataAddress(start),
    insn(0xf8605865, 'ldr x5, [x3, w0, uxtw #3]'),
    ...time,
    insn(0xa9001825, 'stp x5, x6, [x1]'),
    ...returnZero,
  ];
  const head: Listing = [insn(0x7100041f, 'cmp w0, #0x1'), overIfHigher(here(0).length)];
  return [...head, ...here(at + listingBytes(head)), ...call('clock_gettime'), ret];
}

/** gettimeofday(timeval, timezone): either may be NULL; the zone is Greenwich. */
function gettimeofday(at: number): Listing {
  const value = (start: number): Listing => [
    dataAddress(start),
    insn(0xf9400065, 'ldr x5, [x3]'),
    ...time,
    insn(0x52807d04, 'mov w4, #0x3e8'),
    insn(0x9ac408c6, 'udiv x6, x6, x4'),
    insn(0xa9001805, 'stp x5, x6, [x0]'),
  ];
  const head: Listing = [overIfZero(1, 1), insn(0xf900003f, 'str xzr, [x1]'), overIfZero(0, value(0).length)];
  return [...head, ...value(at + listingBytes(head)), ...returnZero];
}

/** `epochNanos`: the wall clock when the counter was 0. */
export function vdsoArm64(epochNanos: string): Vdso {
  const page = new Uint8Array(vdsoPageBytes);
  const view = new DataView(page.buffer);
  view.setBigUint64(data.ahead + 8 * CLOCK.REALTIME, BigInt(epochNanos), true);
  view.setBigUint64(data.ahead + 8 * CLOCK.MONOTONIC, 0n, true);
  view.setBigUint64(data.countNanos, BigInt(countNanos), true);
  return {
    machine: EM.AARCH64,
    version: 'LINUX_2.6.39',
    functions: [
      { name: '__kernel_rt_sigreturn', code: () => call('rt_sigreturn') },
      { name: '__kernel_clock_gettime', code: clockGettime },
      { name: '__kernel_gettimeofday', code: gettimeofday },
      { name: '__kernel_clock_getres', code: () => [...call('clock_getres'), ret] },
    ],
    data: page,
  };
}
