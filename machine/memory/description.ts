/**
 * What a memory hierarchy is made of: sizes in bytes or entries, times in cycles of the core's clock. Plain data.
 *
 * Latencies of levels are from load to use, so that what a miss costs beyond a hit in L1 is a difference of two of them. DRAM's are
 * added to L3's, because a request looks there first; a page walk is a sum of steps.
 * `fillBuffers`, `l2Buffers` and `storeBuffer` bound what the core keeps in flight: the core's timing uses them, nothing here does.
 */
export type Replacement = 'lru' | 'plru' | 'random';
export type Protocol = 'mesi' | 'mesif' | 'moesi';

export interface CacheDescription {
  readonly bytes: number;
  readonly ways: number;
  readonly cycles: number;
  readonly replacement: Replacement;
}

export interface TlbSize {
  readonly entries: number;
  readonly ways: number;
}

/** `huge` has 0 entries: pages of 2 MiB share the entries of small ones. */
export interface TlbDescription {
  readonly small: TlbSize;
  readonly huge: TlbSize;
}

export interface MemoryDescription {
  readonly lineBytes: number;
  readonly l1i: CacheDescription;
  readonly l1d: CacheDescription;
  readonly l2: CacheDescription;
  /** Shared by all cores; `bytes` is all of it. */
  readonly l3: CacheDescription;
  /** L3 has every line that a core has. Otherwise it takes what L2 evicts. */
  readonly inclusive: boolean;
  readonly protocol: Protocol;
  /** Load to use of a line that another core has modified, or has clean; of the right to write a line that others share. */
  readonly transfer: { readonly dirty: number; readonly clean: number; readonly upgrade: number };
  readonly fillBuffers: number;
  readonly l2Buffers: number;
  readonly storeBuffer: number;
  /** Into L2, within a page of 4 KiB. */
  readonly prefetch: { readonly nextLine: boolean; readonly stride: boolean };
  readonly itlb: TlbDescription;
  readonly dtlb: TlbDescription;
  /** Second level, for data and instructions. */
  readonly stlb: TlbDescription & { readonly cycles: number };
  /**
   * A walk reads an entry of the page table a step, `levels` of them for a small page and one less for a huge one, but only the last one when a
   * walk in the same 2 MiB (huge: 1 GiB) is remembered among the `upper` entries.
   */
  readonly walk: { readonly levels: number; readonly stepCycles: number; readonly upper: TlbSize };
  readonly dram: {
    /** After L3 has missed, to an open row and to another one. */
    readonly rowHit: number;
    readonly rowMiss: number;
    /** From opening a row to opening another one of the same bank. */
    readonly rowCycle: number;
    readonly banks: number;
    readonly rowBytes: number;
    readonly bytesPerCycle: number;
  };
  /** What the kernel pushes out of L1I and L1D (lines) and of the first-level TLBs (pages each) when it is entered, and when it switches threads. */
  readonly displaced: { readonly call: Displaced; readonly switch: Displaced };
}

export interface Displaced {
  readonly l1i: number;
  readonly l1d: number;
  readonly pages: number;
}

const kib = 1024;
const mib = 1024 * 1024;

/**
 * What a system call or fault, and a switch to another thread, push out. Chosen: a short call runs some 2 KiB of kernel code and reads and
 * writes some twenty lines on a few pages; a switch three times that, with the scheduler and both threads' structures.
 */
const displaced: MemoryDescription['displaced'] = { call: { l1i: 32, l1d: 24, pages: 2 }, switch: { l1i: 96, l1d: 64, pages: 6 } };

/**
 * Skylake client, 4 cores at 4 GHz (Core i7-6700K).
 * "Manual" is the Intel 64 Optimization Reference Manual (2023), tables 2-10, 2-12 and 2-13.
 *
 * Prefetching is off here so that footprints show their latencies. The hardware has four (manual, 2.6.2.4 and E.2.5.4): the next line and a
 * stride by instruction address into L1, the other line of a pair of 128 bytes and a streamer by page into L2.
 */
const skylake: MemoryDescription = {
  lineBytes: 64,
  // manual; tree-PLRU: A. Abel and J. Reineke, nanoBench, ISPASS 2020
  l1i: { bytes: 32 * kib, ways: 8, cycles: 4, replacement: 'plru' },
  l1d: { bytes: 32 * kib, ways: 8, cycles: 4, replacement: 'plru' },
  // manual; the same paper finds a policy with two-bit ages in L2 and L3, which is not modeled
  l2: { bytes: 256 * kib, ways: 4, cycles: 12, replacement: 'lru' },
  // manual: up to 2 MiB a core, 44 cycles
  l3: { bytes: 8 * mib, ways: 16, cycles: 44, replacement: 'lru' },
  inclusive: true, // manual, table 2-12
  protocol: 'mesi', // a forwarding state has no use where L3 has everything
  // D. Levinthal, Performance Analysis Guide for Intel Core i7 (2009): 65 shared, 75 modified; commonly published for Skylake: 60 to 75
  transfer: { dirty: 75, clean: 65, upgrade: 65 },
  fillBuffers: 12, // manual, table 2-12, as machine/uarch/skylake.ts has it
  l2Buffers: 16, // commonly published size of the superqueue
  storeBuffer: 56, // manual, table 2-10
  prefetch: { nextLine: false, stride: false },
  itlb: { small: { entries: 128, ways: 8 }, huge: { entries: 8, ways: 8 } }, // manual, table 2-13
  dtlb: { small: { entries: 64, ways: 4 }, huge: { entries: 32, ways: 4 } },
  // manual; 9 cycles: 7-cpu.com/cpu/Skylake.html
  stlb: { small: { entries: 1536, ways: 12 }, huge: { entries: 0, ways: 0 }, cycles: 9 },
  // chosen so that a miss with the upper levels remembered costs 9 + 14 = 23: 20 to 30 commonly published. Sizes are not published.
  walk: { levels: 4, stepCycles: 14, upper: { entries: 32, ways: 4 } },
  // 51 ns after L3 (7-cpu.com), taken as a row miss; a hit saves tRP + tRCD = 2 x 13.75 ns, tRC is 45.75 ns (JEDEC DDR4-2133/2400);
  // two channels of 17.05 GB/s, 16 banks each; a row is 1 KiB in each of 8 chips
  dram: { rowHit: 94, rowMiss: 204, rowCycle: 183, banks: 32, rowBytes: 8 * kib, bytesPerCycle: 8.5 },
  displaced,
};

/** Skylake-SP, 16 cores at 2.7 GHz. Nanoseconds from anandtech.com/show/11544, page 13, unless a line says otherwise. */
const skylakeSp: MemoryDescription = {
  ...skylake,
  l2: { bytes: mib, ways: 16, cycles: 14, replacement: 'lru' },
  // 1.375 MiB a core, 11 ways, not inclusive; 26 ns
  l3: { bytes: 22 * mib, ways: 11, cycles: 70, replacement: 'lru' },
  inclusive: false,
  protocol: 'mesif', // Intel, An Introduction to the Intel QuickPath Interconnect (2009)
  // commonly published: 45 to 60 ns from a core that modified it; 50 taken. The other two are between that and L3
  transfer: { dirty: 135, clean: 110, upgrade: 90 },
  // 90 ns in all; JEDEC figures as above; six channels of DDR4-2666, 128 GB/s, whose 96 banks count as 64
  dram: { rowHit: 99, rowMiss: 173, rowCycle: 124, banks: 64, rowBytes: 8 * kib, bytesPerCycle: 47 },
};

/** Neoverse N1, 16 of Graviton2's cores at 2.5 GHz. "TRM": Arm Neoverse N1 Core Technical Reference Manual. */
const neoverseN1: MemoryDescription = {
  lineBytes: 64,
  // TRM; its policy is called pseudo-LRU
  l1i: { bytes: 64 * kib, ways: 4, cycles: 4, replacement: 'plru' },
  l1d: { bytes: 64 * kib, ways: 4, cycles: 4, replacement: 'plru' },
  // TRM; latency: en.wikichip.org/wiki/arm_holdings/microarchitectures/neoverse_n1
  l2: { bytes: mib, ways: 8, cycles: 11, replacement: 'plru' },
  // 32 MiB shared, about 32 ns: anandtech.com/show/15578
  l3: { bytes: 32 * mib, ways: 16, cycles: 80, replacement: 'lru' },
  inclusive: false, // the system cache takes evicted lines (CMN-600)
  protocol: 'moesi', // AMBA CHI's unique and shared, clean and dirty states
  // anandtech.com/show/15578, page 2: 45 to 60 ns; 50 taken, the other two chosen between that and L3
  transfer: { dirty: 125, clean: 110, upgrade: 100 },
  fillBuffers: 20, // wikichip, as machine/uarch/neoverseN1.ts has it
  l2Buffers: 46, // wikichip, Cortex-A76
  storeBuffer: 72, // wikichip
  prefetch: { nextLine: false, stride: false }, // the hardware has strides and regions into L1 and L2
  itlb: { small: { entries: 48, ways: 48 }, huge: { entries: 0, ways: 0 } }, // TRM
  dtlb: { small: { entries: 48, ways: 48 }, huge: { entries: 0, ways: 0 } },
  stlb: { small: { entries: 1280, ways: 5 }, huge: { entries: 0, ways: 0 }, cycles: 6 }, // TRM; latency commonly published: 5 to 7
  walk: { levels: 4, stepCycles: 18, upper: { entries: 32, ways: 4 } }, // chosen: 20 to 40 for a miss, commonly published
  // 100 ns in all; JEDEC figures as for Skylake; eight channels of DDR4-3200, 204.8 GB/s, 16 banks each
  dram: { rowHit: 101, rowMiss: 170, rowCycle: 114, banks: 128, rowBytes: 8 * kib, bytesPerCycle: 82 },
  displaced,
};

/** The teaching core's: so small that tests see every eviction, round so that they can add up by hand. */
const unit: MemoryDescription = {
  lineBytes: 64,
  l1i: { bytes: kib, ways: 2, cycles: 4, replacement: 'lru' },
  l1d: { bytes: kib, ways: 2, cycles: 4, replacement: 'lru' },
  l2: { bytes: 4 * kib, ways: 4, cycles: 10, replacement: 'lru' },
  l3: { bytes: 16 * kib, ways: 8, cycles: 30, replacement: 'lru' },
  inclusive: true,
  protocol: 'mesi',
  transfer: { dirty: 60, clean: 50, upgrade: 40 },
  fillBuffers: 1,
  l2Buffers: 1,
  storeBuffer: 4,
  prefetch: { nextLine: false, stride: false },
  itlb: { small: { entries: 4, ways: 2 }, huge: { entries: 2, ways: 2 } },
  dtlb: { small: { entries: 4, ways: 2 }, huge: { entries: 2, ways: 2 } },
  stlb: { small: { entries: 16, ways: 4 }, huge: { entries: 0, ways: 0 }, cycles: 10 },
  walk: { levels: 4, stepCycles: 20, upper: { entries: 2, ways: 2 } },
  dram: { rowHit: 60, rowMiss: 100, rowCycle: 80, banks: 4, rowBytes: kib, bytesPerCycle: 8 },
  displaced: { call: { l1i: 2, l1d: 2, pages: 1 }, switch: { l1i: 4, l1d: 4, pages: 2 } },
};

export const memoryNames = ['unit', 'skylake', 'skylake_sp', 'neoverse_n1'] as const;
export type MemoryName = (typeof memoryNames)[number];
const descriptions: Readonly<Record<MemoryName, MemoryDescription>> = { unit, skylake, skylake_sp: skylakeSp, neoverse_n1: neoverseN1 };

/** The description called `name`, or undefined. */
export const memoryOf = (name: string): MemoryDescription | undefined => descriptions[memoryNames.find((n) => n === name)!];
