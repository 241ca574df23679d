/** An address space by itself, with a record of what it told the cores to forget. */
import type { HugePolicy } from '../../machine/config.js';
import { Spaces } from '../../machine/kernel/spaces.js';
import type { AddressSpace } from '../../machine/kernel/vm.js';
import { Ram } from '../../machine/memory/ram.js';

export interface SpaceBench {
  readonly ram: Ram;
  readonly spaces: Spaces;
  readonly space: AddressSpace;
  /** [space id, vpn, count] of each shootdown. */
  readonly shot: [number, number, number][];
}

export function newSpace(memoryBytes = 2 ** 20, controlBytes = 65536, hugePolicy: HugePolicy = 'never'): SpaceBench {
  const ram = new Ram(memoryBytes, controlBytes);
  const shot: [number, number, number][] = [];
  const spaces = new Spaces(ram, memoryBytes, (space, vpn, count) => shot.push([space.id, vpn, count]), hugePolicy);
  return { ram, spaces, space: spaces.create(), shot };
}
