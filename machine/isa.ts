/** The instruction set that a machine's description asks for. */
import { arm64Isa } from '../isa/arm64/isa.js';
import { profile as armProfile, type Level as ArmLevel } from '../isa/arm64/profile.js';
import type { Isa } from '../isa/isa.js';
import { profile as x86Profile, type CacheLeaf, type Level as X86Level } from '../isa/x86/cpuid.js';
import { x86Isa } from '../isa/x86/isa.js';
import type { Config } from './config.js';
import type { CacheDescription, MemoryDescription } from './memory/description.js';

/** A machine's caches as CPUID tells them. */
function leavesOf(d: MemoryDescription): CacheLeaf[] {
  const leaf = (type: CacheLeaf['type'], level: number, c: CacheDescription): CacheLeaf =>
    ({ type, level, ways: c.ways, sets: c.bytes / c.ways / d.lineBytes, lineBytes: d.lineBytes, shared: level === 3, inclusive: level === 3 && d.inclusive });
  return [leaf(1, 1, d.l1d), leaf(2, 1, d.l1i), leaf(3, 2, d.l2), leaf(3, 3, d.l3)];
}

export function isaOf(config: Config): Isa {
  if (config.arch === 'arm64') return arm64Isa(armProfile(config.cpu as ArmLevel, config.cores, config.clockHz));
  return x86Isa(x86Profile(config.cpu as X86Level, config.cores, config.clockHz, config.caches ? leavesOf(config.caches) : undefined));
}
