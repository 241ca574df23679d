/** x86-64 as the executor and the kernel model see it. */
import type { Isa } from '../isa.js';
import { sseEnv } from '../soft/sse.js';
import type { CpuProfile } from './cpuid.js';
import { decode } from './decode.js';
import { holes } from './holes.js';
import { liftInsn } from './semantics.js';

export function x86Isa(profile: CpuProfile): Isa {
  return { arch: 'amd64', profile, maxBytes: 15, alignBytes: 1, tagsIgnored: false, decode, lift: (b, insn) => liftInsn(b, insn, profile), holes, env: sseEnv };
}
