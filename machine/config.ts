/**
 * What a machine is made of: everything beside the image, the arguments and the recorded input that its run
 * depends on. Plain data; it is part of every snapshot, and two runs with equal configs are equal.
 */

import { levels as armLevels, type Level as ArmLevel } from '../isa/arm64/profile.js';
import { levels as x86Levels, type Level as X86Level } from '../isa/x86/cpuid.js';
import { maxCores as maxCoresWithCaches, memoryProblems } from './memory/check.js';
import type { MemoryDescription } from './memory/description.js';
import { sizeProblem } from './memory/size.js';
import { settingProblems, type SchedSettings } from './sched.js';
import { stepNames, usualSteps, type StepCycles } from './steps.js';
import { mountProblems } from './mounts.js';

/** Ticks in a core cycle, everywhere: divisible by the issue widths and clock ratios in use. */
export const ticksPerCycle = 48;

export type Arch = 'amd64' | 'arm64';
export const arches: readonly Arch[] = ['amd64', 'arm64'];

/**
 * What makes time pass. none: every instruction takes a cycle. unit: the teaching core, costs that add up. interval: blocks cost what the
 * microarchitecture says of them, and mispredictions, cold code and chains of latencies delay them. window: instruction by instruction.
 */
export type Timing = 'none' | 'unit' | 'interval' | 'window';
export const timings: readonly Timing[] = ['none', 'unit', 'interval', 'window'];

/** Microarchitectures that machines are made of (machine/uarch/lookup.ts has them), by instruction set, the usual one first. */
export const uarchNames: Readonly<Record<Arch, readonly string[]>> = { amd64: ['skylake', 'unit'], arm64: ['neoverse_n1', 'unit'] };

/** Who gets pages of 2 MiB: nobody, areas for which a program asks by madvise, or every private area that is large enough. */
export type HugePolicy = 'never' | 'madvise' | 'always';
export const hugePolicies: readonly HugePolicy[] = ['always', 'madvise', 'never'];

export const predictors: readonly Config['predictor'][] = ['gshare', 'tage'];

/** A mounted folder or file: its absolute path in the guest, of a character a byte, without `.`, `..` or slashes too many. */
export interface Mount {
  readonly guest: string;
  readonly writable: boolean;
}

export interface Config {
  readonly arch: Arch;
  readonly cores: number;
  /** What the processor advertises: the x86-64 level of CPUID, or the arm64 set of HWCAP. */
  readonly cpu: X86Level | ArmLevel;
  readonly timing: Timing;
  /** Whose prices and figures `interval` and `window` take; `unit` goes with timing unit. */
  readonly uarch: string;
  /** Caches, TLBs and DRAM; null: memory is flat, every access hits. */
  readonly caches: MemoryDescription | null;
  /** What predicts directions of branches; TAGE goes with timing window. */
  readonly predictor: 'gshare' | 'tage';
  /** log2 of the branch predictor's counters, at most 14, and (gshare) how many outcomes of branches choose among them: at most as many. */
  readonly counterBits: number;
  readonly historyBits: number;
  /** Guest RAM, a multiple of 4 KiB. */
  readonly memoryBytes: number;
  /** Drives AT_RANDOM, getrandom and every later choice by chance. Any integer of at most 53 bits. */
  readonly seed: number;
  /** Where a core's turn may end for the next one's: at block ends, or after any instruction. Interrupts land anywhere. */
  readonly grain: 'block' | 'insn';
  /** How far one core may run ahead of the others. Slices end at multiples of it. */
  readonly quantumCycles: number;
  /** Core clock: turns cycles into the nanoseconds that guests see. */
  readonly clockHz: number;
  /** Transparent huge pages. */
  readonly hugePages: HugePolicy;
  /** Steps of the kernel's work (steps.ts) that cost something else than usual, in cycles; a complete config has all. */
  readonly kernelCosts: Partial<StepCycles>;
  /** Folders and files of the host that the guest sees; which of the host's they are is the Host's business. */
  readonly mounts: readonly Mount[];
  /** Working directory of the first process. */
  readonly cwd: string;
  /** Guest wall clock at cycle 0, nanoseconds since 1970, a decimal number: it exceeds 2^53. */
  readonly epochNanos: string;
  /** What differs from Linux's defaults in its scheduler. */
  readonly sched: SchedSettings;
  /** Cores' worth of CPU time that the control group grants, as cpu.max tells it; 0: no limit. */
  readonly cpuQuota: number;
  /** Version of control groups that is mounted. */
  readonly cgroup: 1 | 2;
}

export const defaults: Config = {
  arch: 'amd64',
  cores: 4,
  cpu: 'v2',
  timing: 'interval',
  uarch: 'skylake',
  caches: null,
  predictor: 'gshare',
  counterBits: 14,
  historyBits: 12,
  memoryBytes: 2 * 2 ** 30,
  seed: 1,
  grain: 'block',
  quantumCycles: 1000,
  clockHz: 3e9,
  hugePages: 'madvise',
  kernelCosts: {},
  mounts: [],
  cwd: '/',
  epochNanos: '1600000000000000000',
  sched: {},
  cpuQuota: 0,
  cgroup: 2,
};

/** What `cpu` may be, by instruction set. */
export const cpuLevels: Readonly<Record<Arch, readonly Config['cpu'][]>> = {
  amd64: Object.keys(x86Levels) as X86Level[],
  arm64: Object.keys(armLevels) as ArmLevel[],
};

/** And what it is without a choice. */
const usualCpu: Readonly<Record<Arch, Config['cpu']>> = { amd64: 'v2', arm64: 'v8' };

/** The instruction set that has a processor of this name. */
export const archOfCpu = (cpu: string | undefined): Arch | undefined => arches.find((arch) => (cpuLevels[arch] as readonly string[]).includes(cpu ?? ''));

/** A mistake in what the user asked for: one line, printed as it is. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const mib = 2 ** 20;
export const maxMemoryBytes = 3584 * mib;
export const maxCores = 64;
/** Slow clocks bring many timer signals into few instructions. */
const minClockHz = 1e3;
const maxClockHz = 1e11;

/** Defaults filled in and every field checked. */
export function makeConfig(options: Partial<Config> = {}): Config {
  const [problem] = problems(options);
  if (problem !== undefined) throw new ConfigError(problem);
  return filled(options);
}

function filled(options: Partial<Config>): Config {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Config>;
  const arch = given.arch ?? archOfCpu(given.cpu) ?? defaults.arch;
  const timing = given.timing ?? (given.uarch === 'unit' ? 'unit' : given.predictor === 'tage' ? 'window' : defaults.timing);
  const uarch = timing === 'unit' ? 'unit' : Object.hasOwn(uarchNames, arch) ? uarchNames[arch][0]! : defaults.uarch;
  return { ...defaults, arch, timing, uarch, cpu: usualCpu[arch] ?? defaults.cpu, ...given, kernelCosts: { ...usualSteps(arch), ...given.kernelCosts } };
}

/** What is wrong with the options, a line each; it names keys as a machine description spells them. */
export function problems(options: Partial<Config>): string[] {
  const c = filled(options);
  const found: string[] = [];
  const bad = (why: string): void => void found.push(why);
  if (!arches.includes(c.arch)) bad(`arch ${String(c.arch)}: choose ${arches.join(' or ')}`);
  if (!Number.isInteger(c.cores) || c.cores < 1 || c.cores > maxCores) bad(`cores ${c.cores}: choose 1 to ${maxCores}`);
  if (Object.hasOwn(cpuLevels, c.arch) && !cpuLevels[c.arch].includes(c.cpu)) bad(`cpu ${String(c.cpu)}: choose ${cpuLevels[c.arch].join(' or ')}`);
  if (!timings.includes(c.timing)) bad(`timing ${String(c.timing)}: choose ${timings.join(' or ')}`);
  if (Object.hasOwn(uarchNames, c.arch)) {
    if (!uarchNames[c.arch].includes(c.uarch)) bad(`uarch ${String(c.uarch)}: choose ${uarchNames[c.arch].join(' or ')}`);
    else if ((c.uarch === 'unit') !== (c.timing === 'unit') && c.timing !== 'none') bad(`uarch ${c.uarch} with timing ${c.timing}: unit and unit go together`);
  }
  if (c.caches !== null) {
    if (c.timing === 'none') bad('caches with timing none: without timing nothing takes time; choose caches flat');
    if (c.cores > maxCoresWithCaches) bad(`cores ${c.cores} with caches: choose 1 to ${maxCoresWithCaches}`);
    const wrong = memoryProblems(c.caches).map((p) => `caches.${p}`);
    const size = wrong.length > 0 ? undefined : sizeProblem(c);
    found.push(...wrong, ...(size === undefined ? [] : [size]));
  }
  if (!predictors.includes(c.predictor)) bad(`predictor.kind ${String(c.predictor)}: choose ${predictors.join(' or ')}`);
  else if (c.predictor === 'tage' && c.timing !== 'window') bad(`predictor.kind tage with timing ${c.timing}: only window has it`);
  if (!Number.isInteger(c.counterBits) || c.counterBits < 1 || c.counterBits > 14) bad(`predictor.counterBits ${c.counterBits}: choose 1 to 14`);
  else if (!Number.isInteger(c.historyBits) || c.historyBits < 0 || c.historyBits > c.counterBits) bad(`predictor.historyBits ${c.historyBits}: choose 0 to ${c.counterBits}`);
  if (!Number.isInteger(c.memoryBytes) || c.memoryBytes % 4096 !== 0) bad(`memory ${c.memoryBytes}: choose a multiple of 4096 bytes`);
  else if (c.memoryBytes < mib || c.memoryBytes > maxMemoryBytes) {
    bad(`memory of ${Math.round(c.memoryBytes / mib)} MiB: choose 1 MiB to ${maxMemoryBytes / mib} MiB`);
  }
  if (!Number.isSafeInteger(c.seed)) bad(`seed ${c.seed}: choose a whole number of at most 53 bits`);
  if (c.grain !== 'block' && c.grain !== 'insn') bad(`grain ${String(c.grain)}: choose block or insn`);
  if (!Number.isInteger(c.quantumCycles) || c.quantumCycles < 1) bad(`quantum ${c.quantumCycles}: choose a whole number of cycles`);
  if (!Number.isInteger(c.clockHz) || c.clockHz < minClockHz || c.clockHz > maxClockHz) bad(`clock ${c.clockHz}: choose ${formatHz(minClockHz)} to ${formatHz(maxClockHz)}`);
  if (!hugePolicies.includes(c.hugePages)) bad(`kernel.hugePages ${String(c.hugePages)}: choose ${hugePolicies.join(' or ')}`);
  for (const [name, cycles] of Object.entries(c.kernelCosts)) {
    if (!(stepNames as readonly string[]).includes(name)) bad(`kernel.costs.${name}: unknown step; there is ${stepNames.join(', ')}`);
    else if (!Number.isInteger(cycles) || cycles < 0 || cycles > 1e9) bad(`kernel.costs.${name} ${cycles}: choose 0 to 1e9 cycles`);
  }
  found.push(...mountProblems(c.mounts));
  found.push(...settingProblems(c.sched, 'sched.'));
  if (!/^\d{1,19}$/.test(c.epochNanos)) bad(`epoch ${c.epochNanos}: choose nanoseconds since 1970`);
  if (!(c.cpuQuota >= 0 && c.cpuQuota <= 1000) || (c.cpuQuota > 0 && c.cpuQuota < 0.01)) bad(`cpuQuota ${c.cpuQuota}: choose cores, at least 0.01, or 0 for no limit`);
  if (c.cgroup !== 1 && c.cgroup !== 2) bad(`cgroup ${String(c.cgroup)}: choose 1 or 2`);
  return found;
}

/** `3 GHz`, `200 kHz`. */
export function formatHz(hz: number): string {
  const [scale, unit] = hz >= 1e9 ? [1e9, 'GHz'] : hz >= 1e6 ? [1e6, 'MHz'] : hz >= 1e3 ? [1e3, 'kHz'] : [1, 'Hz'];
  return `${hz / scale} ${unit}`;
}
