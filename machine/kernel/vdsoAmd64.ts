/**
 * The functions of amd64's vDSO. vdso(7).
 *
 * Nanoseconds come from the time stamp counter, which counts core cycles: cycles * 10^9 / clock, by one MUL and one DIV,
 * cut as the system call cuts it. So there is no page of kernel data beside it; clock and epoch stand in the code.
 * Left out: getrandom.
 */
import { CLOCK, amd64Syscalls, numbersOf } from '../../isa/abi/linux.js';
import { EM } from '../../isa/abi/elf.js';
import { listingBytes, type Listing, type Vdso } from './vdso.js';

const numbers = numbersOf(amd64Syscalls);

const le = (value: bigint, bytes: number): number[] => Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const imm64 = (value: bigint): number[] => le(value, 8);
const hex = (value: bigint): string => `$0x${value.toString(16)}`;

/** RAX = nanoseconds since the machine started. Changes RCX and RDX. */
const nanos = (clockHz: bigint): Listing => [
  [[0x0f, 0x31], 'RDTSC'],
  [[0x48, 0xc1, 0xe2, 0x20], 'SHLQ $0x20, DX'],
  [[0x48, 0x09, 0xd0], 'ORQ DX, AX'],
  [[0xb9, ...le(1_000_000_000n, 4)], 'MOVL $0x3b9aca00, CX'],
  [[0x48, 0xf7, 0xe1], 'MULQ CX'],
  [[0x48, 0xb9, ...imm64(clockHz)], `MOVQ ${hex(clockHz)}, CX`],
  [[0x48, 0xf7, 0xf1], 'DIVQ CX'],
];

/** RAX += nanoseconds of the wall clock at start. */
const addEpoch = (epoch: bigint): Listing => [
  [[0x48, 0xb9, ...imm64(epoch)], `MOVQ ${hex(epoch)}, CX`],
  [[0x48, 0x01, 0xc8], 'ADDQ CX, AX'],
];

/** RAX / CX: seconds in RAX, the rest in RDX. */
const split: Listing = [
  [[0x31, 0xd2], 'XORL DX, DX'],
  [[0xb9, ...le(1_000_000_000n, 4)], 'MOVL $0x3b9aca00, CX'],
  [[0x48, 0xf7, 0xf1], 'DIVQ CX'],
];

const returnZero: Listing = [
  [[0x31, 0xc0], 'XORL AX, AX'],
  [[0xc3], 'RET'],
];

/** The system call of the same name, with the arguments as they are. */
const call = (name: string): Listing => [
  [[0xb8, ...le(BigInt(numbers.get(name)!), 4)], `MOVL $0x${numbers.get(name)!.toString(16)}, AX`],
  [[0x0f, 0x05], 'SYSCALL'],
  [[0xc3], 'RET'],
];

/** clock_gettime(clock, timespec): CLOCK_MONOTONIC and CLOCK_REALTIME here, the others by the system call. */
function clockGettime(clockHz: bigint, epoch: bigint): Listing {
  const store: Listing = [[[0x48, 0x89, 0x06], 'MOVQ AX, 0(SI)'], [[0x48, 0x89, 0x56, 0x08], 'MOVQ DX, 0x8(SI)'], ...returnZero];
  const tail: Listing = [...split, ...store];
  const real: Listing = [...nanos(clockHz), ...addEpoch(epoch), ...tail];
  const monotonic: Listing = [...nanos(clockHz), ...tail];
  const other = call('clock_gettime');
  return [
    [[0x83, 0xff, CLOCK.MONOTONIC], 'CMPL DI, $0x1'],
    [[0x74, 4 + listingBytes(other) + listingBytes(real)], 'JE monotonic'],
    [[0x85, 0xff], 'TESTL DI, DI'],
    [[0x74, listingBytes(other)], 'JE real'],
    ...other,
    ...real,
    ...monotonic,
  ];
}

/** gettimeofday(timeval, timezone): either may be NULL; the zone is Greenwich. */
function gettimeofday(clockHz: bigint, epoch: bigint): Listing {
  const zone: Listing = [[[0x48, 0xc7, 0x06, 0, 0, 0, 0], 'MOVQ $0x0, 0(SI)']];
  const value: Listing = [
    ...nanos(clockHz), ...addEpoch(epoch), ...split,
    [[0x48, 0x89, 0x07], 'MOVQ AX, 0(DI)'],
    [[0x89, 0xd0], 'MOVL DX, AX'],
    [[0x31, 0xd2], 'XORL DX, DX'],
    [[0xb9, ...le(1000n, 4)], 'MOVL $0x3e8, CX'],
    [[0x48, 0xf7, 0xf1], 'DIVQ CX'],
    [[0x48, 0x89, 0x47, 0x08], 'MOVQ AX, 0x8(DI)'],
  ];
  return [
    [[0x48, 0x85, 0xf6], 'TESTQ SI, SI'], [[0x74, listingBytes(zone)], 'JE value'], ...zone,
    [[0x48, 0x85, 0xff], 'TESTQ DI, DI'], [[0x74, listingBytes(value)], 'JE done'], ...value,
    ...returnZero,
  ];
}

/** time(pointer or NULL). */
function time(clockHz: bigint, epoch: bigint): Listing {
  return [
    ...nanos(clockHz), ...addEpoch(epoch), ...split,
    [[0x48, 0x85, 0xff], 'TESTQ DI, DI'], [[0x74, 3], 'JE done'], [[0x48, 0x89, 0x07], 'MOVQ AX, 0(DI)'],
    [[0xc3], 'RET'],
  ];
}

/** getcpu(core, node, unused): from the number that RDTSCP brings. */
const getcpu: Listing = [
  [[0x0f, 0x01, 0xf9], 'RDTSCP'],
  [[0x48, 0x85, 0xff], 'TESTQ DI, DI'], [[0x74, 2], 'JE node'], [[0x89, 0x0f], 'MOVL CX, 0(DI)'],
  [[0x48, 0x85, 0xf6], 'TESTQ SI, SI'], [[0x74, 6], 'JE done'], [[0xc7, 0x06, 0, 0, 0, 0], 'MOVL $0x0, 0(SI)'],
  ...returnZero,
];

/** `clockHz`: of the core; `epochNanos`: the wall clock at cycle 0. */
export function vdsoAmd64(clockHz: number, epochNanos: string): Vdso {
  const [hz, epoch] = [BigInt(clockHz), BigInt(epochNanos)];
  const functions: readonly (readonly [string, Listing])[] = [
    ['__vdso_clock_gettime', clockGettime(hz, epoch)], ['__vdso_gettimeofday', gettimeofday(hz, epoch)], ['__vdso_time', time(hz, epoch)],
    ['__vdso_clock_getres', call('clock_getres')], ['__vdso_getcpu', getcpu],
  ];
  return { machine: EM.X86_64, version: 'LINUX_2.6', functions: functions.map(([name, code]) => ({ name, code: () => code })), data: undefined };
}
