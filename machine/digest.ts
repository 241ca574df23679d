/**
 * The digest: 64 bits over everything that the guest, or the machine on its behalf, could ever tell apart: registers
 * and clocks of all cores, the kernel's data, pending events, and memory by address.
 *
 * Frame numbers, decoded code, lookasides, and where a limit paused a slice are not in it. Two machines with one digest
 * continue alike; a page's hash is computed again only after the page was written.
 */
import { Hash } from './hash.js';
import type { MemoryObject } from './kernel/object.js';
import type { AddressSpace } from './kernel/vm.js';
import type { Machine } from './machine.js';
import { Blobs, encode } from './plain.js';

/** Hashes of byte arrays that never change. */
export type ContentHashes = WeakMap<Uint8Array, readonly [number, number]>;

export function digest(machine: Machine): string {
  const h = new Hash();
  for (let core = 0; core < machine.config.cores; core++) {
    const s = machine.core(core).saveAll();
    h.bytes(s.registers);
    h.number(s.ticks);
    h.number(s.instructions);
    h.bytes(s.timing);
    h.number(s.stalled);
  }
  const caches = machine.engine.caches?.save();
  if (caches) h.bytes(encode(caches));
  h.number(machine.exitStatus ?? -1);
  const blobs = new Blobs(machine.blobs);
  h.bytes(encode(machine.kernel.save(), blobs));
  for (const blob of blobs.list) addContent(h, blob, machine.contentHashes);
  for (const { event } of machine.events.save().entries) h.bytes(encode(event));
  const page = machine.pages.hasher();
  for (const space of machine.spaces.all()) addSpace(h, space, page);
  for (const object of machine.spaces.objects.all()) addObject(h, object, machine.contentHashes, page);
  return h.hex();
}

function addSpace(h: Hash, space: AddressSpace, page: (frame: number, into: Hash) => void): void {
  const { pages, ...rest } = space.save();
  h.bytes(encode(rest));
  for (const [number, chunk] of pages.chunks) {
    for (let i = 0; i < chunk.length; i++) {
      if (chunk[i] === 0) continue;
      h.number(number * chunk.length + i);
      page(chunk[i]! >>> 8, h);
    }
  }
}

/** Bytes that never change. */
function addContent(h: Hash, bytes: Uint8Array, known: ContentHashes): void {
  let lanes = known.get(bytes);
  if (lanes === undefined) {
    const own = new Hash();
    own.bytes(bytes);
    lanes = own.lanes();
    known.set(bytes, lanes);
  }
  lanes.forEach((lane) => h.word(lane));
}

function addObject(h: Hash, object: MemoryObject, known: ContentHashes, page: (frame: number, into: Hash) => void): void {
  h.number(object.id);
  h.number(object.inode);
  h.number(object.sizeBytes);
  addContent(h, object.bytes, known);
  for (const [number, frame] of [...object.pages].sort((x, y) => x[0] - y[0])) {
    h.number(number);
    page(frame, h);
  }
}
