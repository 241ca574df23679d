/** /proc/cpuinfo, whose fields depend on the instruction set: an Abi names its own. */
import { hwcap, type ArmProfile } from '../../isa/arm64/profile.js';
import { cpuid, featureNames, type CpuProfile } from '../../isa/x86/cpuid.js';
import type { Config } from '../config.js';
import { isaOf } from '../isa.js';

/** Names of features where Linux has others than the manuals; undefined: not shown. */
const flagNames: Readonly<Record<string, string>> = {
  PCLMULQDQ: 'pclmulqdq', SSE3: 'pni', SSE4_1: 'sse4_1', SSE4_2: 'sse4_2', CLFSH: 'clflush', LAHF: 'lahf_lm', LZCNT: 'abm', PREFETCHW: '3dnowprefetch', INVARIANT_TSC: 'constant_tsc nonstop_tsc', SHA: 'sha_ni',
};

/** linux/arch/x86/kernel/cpu/proc.c. */
export function cpuinfoAmd64(config: Config): string {
  const cpu = isaOf(config).profile as CpuProfile;
  const flags = featureNames.filter((name) => cpu.features.has(name)).map((name) => flagNames[name] ?? name.toLowerCase());
  const mhz = (config.clockHz / 1e6).toFixed(3);
  return Array.from({ length: config.cores }, (_, i) => [
    `processor\t: ${i}`, `vendor_id\t: ${cpu.vendor}`, `cpu family\t: ${cpu.family}`, `model\t\t: ${cpu.model}`, `model name\t: ${cpu.brand}`, `stepping\t: ${cpu.stepping}`, `cpu MHz\t\t: ${mhz}`,
    'physical id\t: 0', `siblings\t: ${config.cores}`, `core id\t\t: ${i}`, `cpu cores\t: ${config.cores}`, `apicid\t\t: ${i}`, 'fpu\t\t: yes', `cpuid level\t: ${cpuid(cpu, 0, 0, i).eax}`, 'wp\t\t: yes',
    `flags\t\t: ${flags.join(' ')}`, `bogomips\t: ${(config.clockHz / 5e5).toFixed(2)}`, 'clflush size\t: 64', 'cache_alignment\t: 64', 'address sizes\t: 39 bits physical, 48 bits virtual', 'power management:', '', '',
  ].join('\n')).join('');
}

/** linux/arch/arm64/kernel/cpuinfo.c: fields of MIDR_EL1, and HWCAP names in the order of their bits. */
export function cpuinfoArm64(config: Config): string {
  const cpu = isaOf(config).profile as ArmProfile;
  const features = Object.keys(hwcap).filter((name) => cpu.features.has(name)).map((name) => name.toLowerCase());
  const part = (shift: number, bits: number): string => `0x${((cpu.midr >>> shift) & ((1 << bits) - 1)).toString(16)}`;
  return Array.from({ length: config.cores }, (_, i) => [
    `processor\t: ${i}`, `BogoMIPS\t: ${(cpu.counterHz / 5e5).toFixed(2)}`, `Features\t: ${features.join(' ')}`, `CPU implementer\t: ${part(24, 8)}`, 'CPU architecture: 8', `CPU variant\t: ${part(20, 4)}`,
    `CPU part\t: 0x${((cpu.midr >>> 4) & 0xfff).toString(16).padStart(3, '0')}`, `CPU revision\t: ${cpu.midr & 15}`, '', '',
  ].join('\n')).join('');
}
