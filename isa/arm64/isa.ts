/** arm64 as the executor and the kernel model see it. */
import type { Isa } from '../isa.js';
import { armEnv } from '../soft/a64.js';
import { decode } from './decode.js';
import { holes } from './holes.js';
import type { ArmProfile } from './profile.js';

export function arm64Isa(profile: ArmProfile): Isa {
  return {
    arch: 'arm64', profile, maxBytes: 4, alignBytes: 4, tagsIgnored: true, decode, holes, env: armEnv,
    lift: (b, insn) => {
      const { row } = insn;
      if (row.feature !== undefined && !profile.features.has(row.feature)) b.trap('undefined');
      else if (row.lift) row.lift(b, insn);
      else b.trap('unimplemented');
    },
  };
}
