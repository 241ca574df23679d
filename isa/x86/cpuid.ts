/**
 * What the modelled processor says it is: feature levels and the CPUID leaves that follow from them.
 * SDM 2A, CPUID. Rows name a feature of this list; what is not advertised executes as #UD (see `liftInsn`).
 *
 * Leaf 2 says no more than that leaf 4 has the caches. No XSAVE, so leaf 0DH is empty.
 */

import type { Profile } from '../isa.js';

/** Where each feature is advertised: leaf, register, bit. */
const bits = {
  SSE3: [1, 'ecx', 0], PCLMULQDQ: [1, 'ecx', 1], MONITOR: [1, 'ecx', 3], SSSE3: [1, 'ecx', 9], FMA: [1, 'ecx', 12], CX16: [1, 'ecx', 13],
  SSE4_1: [1, 'ecx', 19], SSE4_2: [1, 'ecx', 20], MOVBE: [1, 'ecx', 22], POPCNT: [1, 'ecx', 23], AES: [1, 'ecx', 25],
  XSAVE: [1, 'ecx', 26], OSXSAVE: [1, 'ecx', 27], AVX: [1, 'ecx', 28], F16C: [1, 'ecx', 29], RDRAND: [1, 'ecx', 30],
  FPU: [1, 'edx', 0], TSC: [1, 'edx', 4], CX8: [1, 'edx', 8], CMOV: [1, 'edx', 15], CLFSH: [1, 'edx', 19], MMX: [1, 'edx', 23],
  FXSR: [1, 'edx', 24], SSE: [1, 'edx', 25], SSE2: [1, 'edx', 26],
  FSGSBASE: [7, 'ebx', 0], BMI1: [7, 'ebx', 3], AVX2: [7, 'ebx', 5], BMI2: [7, 'ebx', 8], ERMS: [7, 'ebx', 9],
  RTM: [7, 'ebx', 11], AVX512F: [7, 'ebx', 16], AVX512DQ: [7, 'ebx', 17], RDSEED: [7, 'ebx', 18], ADX: [7, 'ebx', 19], SMAP: [7, 'ebx', 20],
  AVX512IFMA: [7, 'ebx', 21], CLFLUSHOPT: [7, 'ebx', 23], CLWB: [7, 'ebx', 24], AVX512CD: [7, 'ebx', 28],
  SHA: [7, 'ebx', 29], AVX512BW: [7, 'ebx', 30], AVX512VL: [7, 'ebx', 31],
  AVX512VBMI: [7, 'ecx', 1], PKU: [7, 'ecx', 3], WAITPKG: [7, 'ecx', 5], AVX512VBMI2: [7, 'ecx', 6], GFNI: [7, 'ecx', 8], VAES: [7, 'ecx', 9], VPCLMULQDQ: [7, 'ecx', 10],
  CET_SS: [7, 'ecx', 7], MOVDIRI: [7, 'ecx', 27], MOVDIR64B: [7, 'ecx', 28], SERIALIZE: [7, 'edx', 14], AVX512VNNI: [7, 'ecx', 11], AVX512BITALG: [7, 'ecx', 12], AVX512VPOPCNTDQ: [7, 'ecx', 14], RDPID: [7, 'ecx', 22], FSRM: [7, 'edx', 4],
  LAHF: [0x80000001, 'ecx', 0], LZCNT: [0x80000001, 'ecx', 5], SSE4A: [0x80000001, 'ecx', 6], PREFETCHW: [0x80000001, 'ecx', 8],
  SYSCALL: [0x80000001, 'edx', 11], NX: [0x80000001, 'edx', 20], RDTSCP: [0x80000001, 'edx', 27], LM: [0x80000001, 'edx', 29],
  INVARIANT_TSC: [0x80000007, 'edx', 8],
} as const satisfies Record<string, readonly [number, 'ebx' | 'ecx' | 'edx', number]>;

export type Feature = keyof typeof bits;
export const featureNames = Object.keys(bits) as readonly Feature[];

export interface CpuProfile extends Profile {
  readonly vendor: string; // 12 characters
  readonly brand: string; // at most 47 characters
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  /** Of the core, which is the time stamp counter's. */
  readonly clockHz: number;
  readonly caches: readonly CacheLeaf[];
}

/** A cache as leaf 4 tells it: type 1 data, 2 instruction, 3 unified. */
export interface CacheLeaf {
  readonly type: 1 | 2 | 3;
  readonly level: number;
  readonly ways: number;
  readonly sets: number;
  readonly lineBytes: number;
  /** All cores have it together; and it has whatever theirs have. */
  readonly shared: boolean;
  readonly inclusive: boolean;
}

export const v1: readonly Feature[] = ['FPU', 'TSC', 'CX8', 'CMOV', 'CLFSH', 'MMX', 'FXSR', 'SSE', 'SSE2', 'SYSCALL', 'NX', 'LM', 'RDTSCP', 'INVARIANT_TSC'];
/** Beyond v1: what x86-64-v2 adds, and PREFETCHW as Go may emit it. */
export const v2: readonly Feature[] = [...v1, 'SSE3', 'SSSE3', 'SSE4_1', 'SSE4_2', 'POPCNT', 'CX16', 'LAHF', 'PREFETCHW'];

export const levels = { v1, v2 } as const;
export type Level = keyof typeof levels;

/** A Skylake client's. */
const usualCaches: readonly CacheLeaf[] = [
  { type: 1, level: 1, ways: 8, sets: 64, lineBytes: 64, shared: false, inclusive: false },
  { type: 2, level: 1, ways: 8, sets: 64, lineBytes: 64, shared: false, inclusive: false },
  { type: 3, level: 2, ways: 4, sets: 1024, lineBytes: 64, shared: false, inclusive: false },
  { type: 3, level: 3, ways: 16, sets: 8192, lineBytes: 64, shared: true, inclusive: true },
];

export function profile(level: Level = 'v2', cores = 4, clockHz = 3e9, caches = usualCaches): CpuProfile {
  return { features: new Set(levels[level]), vendor: 'GenuineIntel', brand: 'rt0 x86-64 core', family: 6, model: 0x5e, stepping: 3, cores, clockHz, caches };
}

export interface Leaf {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

const maxBasic = 0x16;
const maxExtended = 0x80000008;
const none: Leaf = { eax: 0, ebx: 0, ecx: 0, edx: 0 };

/** The crystal from which the time stamp counter comes, leaf 15H. */
const crystalHz = 25e6;

/** How leaf 80000006H writes ways. */
const waysCodes: Readonly<Record<number, number>> = { 1: 1, 2: 2, 4: 4, 8: 6, 16: 8, 32: 10, 48: 11, 64: 12, 96: 13, 128: 14 };

/** The answer of CPUID for EAX = leaf, ECX = sub on core `core`; each register as an unsigned number. */
export function cpuid(cpu: CpuProfile, leaf: number, sub: number, core: number): Leaf {
  if (leaf > maxBasic && (leaf < 0x80000000 || leaf > maxExtended)) leaf = maxBasic; // as Intel answers: the highest basic leaf
  const flags = (reg: 'ebx' | 'ecx' | 'edx'): number => {
    let word = 0;
    for (const name of featureNames) {
      const [l, r, bit] = bits[name];
      if (l === leaf && r === reg && cpu.features.has(name)) word |= 1 << bit;
    }
    return word >>> 0;
  };
  switch (leaf) {
    case 0: {
      const [ebx, edx, ecx] = words(cpu.vendor, 3);
      return { eax: maxBasic, ebx: ebx!, ecx: ecx!, edx: edx! };
    }
    case 1: {
      const htt = cpu.cores > 1 ? 1 << 28 : 0;
      // EBX: CLFLUSH line in 8-byte units, logical processors, initial APIC id
      return { eax: signature(cpu), ebx: ((core << 24) | (cpu.cores << 16) | ((lineBytes(cpu) / 8) << 8)) >>> 0, ecx: flags('ecx'), edx: (flags('edx') | htt) >>> 0 };
    }
    case 2:
      return { eax: 0x00feff01, ebx: 0x000000f0, ecx: 0, edx: 0 }; // FFH: see leaf 4; FEH: see leaf 18H; F0H: 64-byte prefetch
    case 4: {
      const c = cpu.caches[sub];
      if (!c) return none;
      const sharing = c.shared ? cpu.cores - 1 : 0;
      return {
        eax: (c.type | (c.level << 5) | (1 << 8) | (sharing << 14) | ((cpu.cores - 1) << 26)) >>> 0,
        ebx: (((c.ways - 1) << 22) | (c.lineBytes - 1)) >>> 0, ecx: c.sets - 1, edx: c.inclusive ? 2 : 0,
      };
    }
    case 7:
      return sub === 0 ? { eax: 0, ebx: flags('ebx'), ecx: flags('ecx'), edx: flags('edx') } : none;
    case 0x0b:
      return topology(cpu, sub, core);
    case 0x15: {
      const common = divisor(crystalHz, cpu.clockHz);
      return { eax: crystalHz / common, ebx: cpu.clockHz / common, ecx: crystalHz, edx: 0 };
    }
    case 0x16: {
      const mhz = Math.round(cpu.clockHz / 1e6);
      return { eax: mhz, ebx: mhz, ecx: 100, edx: 0 };
    }
    case 0x80000000:
      return { eax: maxExtended, ebx: 0, ecx: 0, edx: 0 };
    case 0x80000001:
      return { eax: 0, ebx: 0, ecx: flags('ecx'), edx: flags('edx') };
    case 0x80000002: case 0x80000003: case 0x80000004: {
      const [eax, ebx, ecx, edx] = words(cpu.brand, 12).slice((leaf - 0x80000002) * 4);
      return { eax: eax!, ebx: ebx!, ecx: ecx!, edx: edx! };
    }
    case 0x80000006: {
      const l2 = cpu.caches.find((c) => c.level === 2);
      if (!l2) return none;
      return { ...none, ecx: (((l2.ways * l2.sets * l2.lineBytes) / 1024) << 16 | (waysCodes[l2.ways] ?? 0) << 12 | l2.lineBytes) >>> 0 };
    }
    case 0x80000007:
      return { ...none, edx: flags('edx') };
    case 0x80000008:
      return { ...none, eax: (48 << 8) | 39 }; // linear and physical address bits
    default:
      return none;
  }
}

const lineBytes = (cpu: CpuProfile): number => cpu.caches[0]?.lineBytes ?? 64;
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Leaf 0BH: one thread a core, then all cores of the package. */
function topology(cpu: CpuProfile, sub: number, core: number): Leaf {
  if (sub > 1) return { ...none, ecx: sub & 0xff, edx: core };
  const shift = sub === 0 ? 0 : Math.ceil(Math.log2(cpu.cores));
  return { eax: shift, ebx: sub === 0 ? 1 : cpu.cores, ecx: sub | ((sub + 1) << 8), edx: core };
}

function signature(cpu: CpuProfile): number {
  return ((cpu.model >> 4) << 16) | (cpu.family << 8) | ((cpu.model & 15) << 4) | cpu.stepping;
}

/** `text` as little-endian words, padded by zeros. */
function words(text: string, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    let w = 0;
    for (let k = 0; k < 4; k++) w |= (text.charCodeAt(i * 4 + k) || 0) << (8 * k);
    return w >>> 0;
  });
}
