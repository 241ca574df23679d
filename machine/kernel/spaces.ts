/**
 * All address spaces of the machine, with the frames and memory objects they share.
 */
import type { Ram } from '../memory/ram.js';
import { FrameTable } from './frames.js';
import type { HugePolicy } from '../config.js';
import { MemoryObjects, type ObjectsState } from './object.js';
import { AddressSpace, type SpaceState } from './vm.js';

export interface SpacesState {
  readonly next: number;
  readonly spaces: readonly SpaceState[];
  readonly objects: ObjectsState;
  readonly frames: Uint32Array;
}

export class Spaces {
  readonly frames: FrameTable;
  readonly objects: MemoryObjects;
  private readonly live = new Map<number, AddressSpace>();
  private next = 1;

  /** `shootdown` tells the cores that pages lost rights or frames. */
  constructor(
    ram: Ram,
    readonly memoryBytes: number,
    readonly shootdown: (space: AddressSpace, vpn: number, count: number) => void,
    /** Who gets huge pages (/sys/kernel/mm/transparent_hugepage/enabled). */
    readonly hugePolicy: HugePolicy = 'never',
  ) {
    this.frames = new FrameTable(ram);
    this.objects = new MemoryObjects(this.frames);
  }

  /** An empty space. */
  create(): AddressSpace {
    const space = new AddressSpace(this.next++, this);
    this.live.set(space.id, space);
    return space;
  }

  fork(parent: AddressSpace): AddressSpace {
    const child = this.create();
    parent.forkInto(child);
    return child;
  }

  destroy(space: AddressSpace): void {
    space.clear();
    this.live.delete(space.id);
  }

  get(id: number): AddressSpace {
    const space = this.live.get(id);
    if (space === undefined) throw new Error(`no address space ${id}`);
    return space;
  }

  all(): Iterable<AddressSpace> {
    return this.live.values();
  }

  /** Whether a space is one of these: others are over. */
  lives(space: unknown): boolean {
    return space instanceof AddressSpace && this.live.get(space.id) === space;
  }

  /** Forgets an object unless an area still names it. */
  dropUnused(object: number): void {
    for (const space of this.live.values()) {
      if (space.areas.all.some((vma) => vma.object === object)) return;
    }
    this.objects.drop(object);
  }

  save(): SpacesState {
    return { next: this.next, spaces: [...this.live.values()].map((s) => s.save()), objects: this.objects.save(), frames: this.frames.save() };
  }

  load(state: SpacesState, contents: ReadonlyMap<number, Uint8Array>): void {
    this.next = state.next;
    this.frames.load(state.frames);
    this.objects.load(state.objects, contents);
    const known = new Map(this.live);
    this.live.clear();
    for (const s of state.spaces) {
      const space = known.get(s.id) ?? new AddressSpace(s.id, this); // the same one, so that its code is known again
      space.load(s);
      this.live.set(s.id, space);
    }
  }
}
