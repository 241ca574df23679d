/** The instruction set that a machine's description asks for. */
import { arm64Isa } from '../isa/arm64/isa.js';
import { profile as armProfile, type Level as ArmLevel } from '../isa/arm64/profile.js';
import type { Isa } from '../isa/isa.js';
import { profile as x86Profile, type Level as X86Level } from '../isa/x86/cpuid.js';
import { x86Isa } from '../isa/x86/isa.js';
import type { Config } from './config.js';

export function isaOf(config: Config): Isa {
  if (config.arch === 'arm64') return arm64Isa(armProfile(config.cpu as ArmLevel, config.cores, config.clockHz));
  return x86Isa(x86Profile(config.cpu as X86Level, config.cores));
}
