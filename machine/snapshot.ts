/**
 * All of a machine's state, taken between two runs.
 *
 * A Checkpoint stays in this process: it shares page copies with the ones before it, so that it costs time and
 * memory in proportion to the pages written since. A snapshot file is a checkpoint written out whole, to be continued
 * anywhere to the same digest.
 *
 * File: magic, format version, number of sections; per section its name (8 bytes), length and hash; then the
 * sections in that order. Little-endian. A file that is foreign, cut or damaged is refused by a SnapshotError.
 */
import type { Config } from './config.js';
import type { CoreState } from './core/context.js';
import type { EventState } from './events.js';
import type { CacheState } from './exec/caches.js';
import type { InputRecord, LinkState } from './host.js';
import { Hash } from './hash.js';
import type { SpacesState } from './kernel/spaces.js';
import type { LoopState, Machine } from './machine.js';
import type { PageCopies } from './pages.js';
import { Blobs, decode, encode, PlainError } from './plain.js';

/** Raised when what is kept, or how, changes. */
export const formatVersion = 6;
const magic = 'rt0 snapshot\n\0\0\0';
const frameBytes = 4096;

/** One line that stands after a file name. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

interface State {
  readonly cores: ReturnType<CoreState['saveAll']>[];
  readonly loop: LoopState;
  readonly kernel: unknown;
  readonly events: EventState;
  readonly link: LinkState;
  readonly spaces: SpacesState;
  /** Frames that were used and freed, youngest last: caches know lines by their frames. */
  readonly freed: Uint32Array;
  readonly caches: CacheState | undefined;
}

export interface Checkpoint {
  /** Everything but pages and large byte arrays, encoded. */
  readonly state: Uint8Array;
  /** The large byte arrays of the state, shared with other checkpoints as long as they are equal. */
  readonly blobs: readonly Uint8Array[];
  /** Contents of memory objects, by reference: they never change. */
  readonly contents: ReadonlyMap<number, Uint8Array>;
  readonly pages: PageCopies;
}

/** What a snapshot belongs to. */
export interface Origin {
  readonly config: Config;
  readonly kernel: string;
  /** Hash of the image that was loaded. */
  readonly image: string;
  /** Where the guest's memory began: page tables, and caches' lines, go by frames. */
  readonly firstFrame: number;
}

/** Frames in use of (frame, count) pairs. */
function framesOf(pairs: Uint32Array): number[] {
  const frames: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) frames.push(pairs[i]!);
  return frames;
}

export function takeCheckpoint(machine: Machine): Checkpoint {
  const spaces = machine.spaces.save();
  const state: State = {
    cores: Array.from({ length: machine.config.cores }, (_, i) => machine.core(i).saveAll()),
    loop: machine.saveLoop(),
    kernel: machine.kernel.save(),
    events: machine.events.save(),
    link: machine.host.save(),
    spaces,
    freed: machine.ram.saveFreed(),
    caches: machine.engine.caches?.save(),
  };
  const blobs = new Blobs(machine.blobs);
  return { state: encode(state, blobs), blobs: blobs.list, contents: machine.spaces.objects.contents(), pages: machine.pages.copy(framesOf(spaces.frames)) };
}

/** Puts a machine of the same config into the state of a checkpoint. `log`: the whole input log, or that the checkpoint is of this very run. */
export function applyCheckpoint(machine: Machine, checkpoint: Checkpoint, log: 'rewind' | readonly InputRecord[]): void {
  const s = decode(checkpoint.state, checkpoint.blobs) as State;
  machine.spaces.load(s.spaces, checkpoint.contents);
  machine.ram.resetUse(s.freed, (frame) => machine.spaces.frames.inUse(frame));
  machine.pages.restore(checkpoint.pages, framesOf(s.spaces.frames));
  machine.events.load(s.events);
  if (log === 'rewind') machine.host.rewind(s.link);
  else machine.host.load(s.link, log);
  // The kernel says which space each core is in; registers, with positions inside blocks, come last.
  machine.kernel.load(s.kernel);
  s.cores.forEach((core, i) => machine.core(i).loadAll(core));
  machine.loadLoop(s.loop);
  if (s.caches) machine.engine.caches?.load(s.caches);
  machine.engine.rewound((space) => machine.spaces.lives(space));
}

/** The snapshot as a file. */
export function writeSnapshot(machine: Machine): Uint8Array {
  const checkpoint = takeCheckpoint(machine);
  const origin: Origin = { config: machine.config, kernel: machine.kernel.name, image: machine.imageHash, firstFrame: machine.ram.firstFrame };
  const { frames, pages } = flatten(checkpoint);
  return writeSections([
    ['origin', encode(origin)],
    ['state', checkpoint.state],
    ['log', encode(machine.host.whole())],
    ['blobs', encode(checkpoint.blobs)],
    ['contents', encode(checkpoint.contents)],
    ['frames', new Uint8Array(frames.buffer)],
    ['pages', pages],
  ]);
}

/** Pages of the frames in use that are not all zeros, one after the other. */
function flatten(checkpoint: Checkpoint): { frames: Uint32Array; pages: Uint8Array } {
  const { spaces } = decode(checkpoint.state, checkpoint.blobs) as State;
  const kept: [number, Uint8Array][] = [];
  for (const frame of framesOf(spaces.frames)) {
    const copy = checkpoint.pages[Math.floor(frame / 512)]?.[frame % 512];
    if (copy === undefined) throw new Error(`checkpoint has no copy of frame ${frame}`);
    if (copy.some((byte) => byte !== 0)) kept.push([frame, copy]);
  }
  const pages = new Uint8Array(kept.length * frameBytes);
  kept.forEach(([, copy], i) => pages.set(copy, i * frameBytes));
  return { frames: Uint32Array.from(kept, ([frame]) => frame), pages };
}

export function readSnapshot(file: Uint8Array): { origin: Origin; checkpoint: Checkpoint; log: readonly InputRecord[] } {
  // A plain view: slice() of a Buffer is no copy.
  const sections = readSections(new Uint8Array(file.buffer, file.byteOffset, file.byteLength));
  const part = (name: string): Uint8Array => {
    const bytes = sections.get(name);
    if (bytes === undefined) throw new SnapshotError(`snapshot has no section ${name}`);
    return bytes;
  };
  try {
    const origin = decode(part('origin')) as Origin;
    const state = part('state');
    const blobs = decode(part('blobs')) as Uint8Array[];
    const { spaces } = decode(state, blobs) as State;
    const stored = part('frames').slice();
    const pages = unflatten(framesOf(spaces.frames), new Uint32Array(stored.buffer), part('pages'));
    return { origin, log: decode(part('log')) as InputRecord[], checkpoint: { state, blobs, contents: decode(part('contents')) as Map<number, Uint8Array>, pages } };
  } catch (error) {
    if (error instanceof PlainError) throw new SnapshotError(`snapshot is damaged: ${error.message}`);
    throw error;
  }
}

function unflatten(inUse: readonly number[], stored: Uint32Array, pages: Uint8Array): PageCopies {
  const zeros = new Uint8Array(frameBytes);
  const chunks: (Uint8Array | undefined)[][] = [];
  const put = (frame: number, page: Uint8Array): void => {
    (chunks[Math.floor(frame / 512)] ??= new Array<Uint8Array | undefined>(512))[frame % 512] = page;
  };
  for (const frame of inUse) put(frame, zeros);
  stored.forEach((frame, i) => put(frame, pages.subarray(i * frameBytes, (i + 1) * frameBytes)));
  return chunks;
}

const headBytes = magic.length + 8;
const entryBytes = 8 + 8 + 8;

function writeSections(sections: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const total = sections.reduce((sum, [, body]) => sum + body.length, headBytes + sections.length * entryBytes);
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  out.set(Uint8Array.from(magic, (c) => c.charCodeAt(0)));
  view.setUint32(magic.length, formatVersion, true);
  view.setUint32(magic.length + 4, sections.length, true);
  let entry = headBytes;
  let at = headBytes + sections.length * entryBytes;
  for (const [name, body] of sections) {
    out.set(Uint8Array.from(name, (c) => c.charCodeAt(0)), entry);
    view.setFloat64(entry + 8, body.length, true);
    const [a, b] = lanesOf(body);
    view.setInt32(entry + 16, a, true);
    view.setInt32(entry + 20, b, true);
    out.set(body, at);
    entry += entryBytes;
    at += body.length;
  }
  return out;
}

function lanesOf(bytes: Uint8Array): [number, number] {
  const h = new Hash();
  h.bytes(bytes);
  return h.lanes();
}

function readSections(file: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let i = 0; i < magic.length; i++) if (file[i] !== magic.charCodeAt(i)) throw new SnapshotError('not a snapshot');
  if (file.length < headBytes) throw new SnapshotError('snapshot is cut short');
  const version = view.getUint32(magic.length, true);
  if (version !== formatVersion) throw new SnapshotError(`snapshot of format ${version}; this program reads format ${formatVersion}`);
  const count = view.getUint32(magic.length + 4, true);
  if (count > 64 || file.length < headBytes + count * entryBytes) throw new SnapshotError('snapshot is cut short');
  const sections = new Map<string, Uint8Array>();
  let at = headBytes + count * entryBytes;
  for (let i = 0, entry = headBytes; i < count; i++, entry += entryBytes) {
    const name = String.fromCharCode(...file.subarray(entry, entry + 8)).replace(/\0+$/, '');
    const length = view.getFloat64(entry + 8, true);
    if (!(length >= 0 && at + length <= file.length)) throw new SnapshotError('snapshot is cut short');
    const body = file.slice(at, at + length); // a copy starts at a multiple of 8
    const [a, b] = lanesOf(body);
    if (a !== view.getInt32(entry + 16, true) || b !== view.getInt32(entry + 20, true)) throw new SnapshotError(`snapshot is damaged: section ${name}`);
    sections.set(name, body);
    at += length;
  }
  if (at !== file.length) throw new SnapshotError('snapshot is damaged: bytes left over');
  return sections;
}
