/**
 * What the modelled arm64 processor advertises: HWCAP names, which rows have as their feature. What is not advertised
 * is undefined when executed, as in hardware. linux/arch/arm64/include/uapi/asm/hwcap.h for the bits.
 */
import type { Profile } from '../isa.js';

/** Bits of AT_HWCAP. */
export const hwcap = {
  FP: 0, ASIMD: 1, EVTSTRM: 2, AES: 3, PMULL: 4, SHA1: 5, SHA2: 6, CRC32: 7, ATOMICS: 8, FPHP: 9, ASIMDHP: 10, CPUID: 11, ASIMDRDM: 12,
  JSCVT: 13, FCMA: 14, LRCPC: 15, DCPOP: 16, SHA3: 17, SM3: 18, SM4: 19, ASIMDDP: 20, SHA512: 21, SVE: 22, ASIMDFHM: 23, DIT: 24,
} as const;
export type Feature = keyof typeof hwcap;

export interface ArmProfile extends Profile {
  /** MIDR_EL1: implementer, variant, architecture, part, revision. */
  readonly midr: number;
  /** Of the generic timer (CNTFRQ_EL0), and of the core, which the counter is derived from. */
  readonly counterHz: number;
  readonly clockHz: number;
}

/** Neoverse N1 r3p1. */
const neoverseN1 = 0x413fd0c1;

/** Baseline without options, and what DESIGN's machine has. */
export const levels = {
  base: ['FP', 'ASIMD'],
  v8: ['FP', 'ASIMD', 'AES', 'PMULL', 'SHA1', 'SHA2', 'CRC32', 'ATOMICS'],
} as const satisfies Record<string, readonly Feature[]>;
export type Level = keyof typeof levels;

/** CTR_EL0 of every machine: lines of 64 bytes, as a Neoverse N1 says. */
export const ctr = 0x9444c004;

/** CNTFRQ_EL0 of every machine. */
export const counterHz = 25e6;

export function profile(level: Level = 'v8', cores = 4, clockHz = 3e9): ArmProfile {
  return { features: new Set<string>(levels[level]), cores, midr: neoverseN1, counterHz, clockHz };
}

/** AT_HWCAP of a profile. */
export const hwcapBits = (p: Profile): number => Object.entries(hwcap).reduce((bits, [name, bit]) => bits + (p.features.has(name) ? 2 ** bit : 0), 0);
