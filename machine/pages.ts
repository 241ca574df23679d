/**
 * What became of each frame since someone last looked: cached page hashes for digests, and copies of pages for
 * checkpoints. Both cost time in proportion to the pages written since the last time.
 *
 * `Ram.written` says which frames were written; it is read and cleared here only, together with the write tags of all
 * cores, because a core that holds a write tag writes without telling.
 *
 * Checkpoint pages: chunks of 512 frames; chunks and pages are shared between checkpoints until they differ, and
 * never changed once they are in one.
 */
import type { Engine } from './exec/engine.js';
import { Hash } from './hash.js';
import { frameBytes, type Ram } from './memory/ram.js';

const chunkFrames = 512;

/** Copies by frame: [frame / 512][frame % 512]. Frames without users may be missing or stale. */
export type PageCopies = readonly (readonly (Uint8Array | undefined)[] | undefined)[];

export class Pages {
  /** Two words a frame. */
  private readonly hashes: Int32Array;
  private readonly hashed: Uint8Array;
  /** Per frame, 1: its copy of the last checkpoint is out of date. */
  private readonly stale: Uint8Array;
  private copies: (readonly (Uint8Array | undefined)[] | undefined)[] = [];

  constructor(
    private readonly ram: Ram,
    private readonly engine: Engine,
  ) {
    this.hashes = new Int32Array(2 * ram.endFrame);
    this.hashed = new Uint8Array(ram.endFrame);
    this.stale = new Uint8Array(ram.endFrame);
  }

  /** Learns which frames were written since the last call. */
  private sync(): void {
    const written = this.ram.written.subarray(0, this.ram.usedEnd);
    let any = false;
    for (let frame = written.indexOf(1, this.ram.firstFrame); frame >= 0; frame = written.indexOf(1, frame + 1)) {
      written[frame] = 0;
      this.hashed[frame] = 0;
      this.stale[frame] = 1;
      any = true;
    }
    if (any) this.engine.trackWrites();
  }

  private bytes(frame: number): Uint8Array {
    return this.ram.u8.subarray(frame * frameBytes, (frame + 1) * frameBytes);
  }

  /** Gives a function that adds a frame's contents to a hash; good until the machine runs again. */
  hasher(): (frame: number, into: Hash) => void {
    this.sync();
    return (frame, into) => {
      if (this.hashed[frame] === 0) {
        const own = new Hash();
        own.bytes(this.bytes(frame));
        this.hashes.set(own.lanes(), 2 * frame);
        this.hashed[frame] = 1;
      }
      into.word(this.hashes[2 * frame]!);
      into.word(this.hashes[2 * frame + 1]!);
    };
  }

  /** Copies of `frames` (rising) as they are now. */
  copy(frames: Iterable<number>): PageCopies {
    this.sync();
    let number = -1;
    let chunk: (Uint8Array | undefined)[] = [];
    for (const frame of frames) {
      if (this.stale[frame] === 0) continue;
      if (Math.floor(frame / chunkFrames) !== number) {
        number = Math.floor(frame / chunkFrames);
        chunk = this.copies[number]?.slice() ?? [];
        this.copies[number] = chunk;
      }
      chunk[frame % chunkFrames] = this.bytes(frame).slice();
      this.stale[frame] = 0;
    }
    return this.copies.slice();
  }

  /** Writes `frames` back as they were. The engine must forget all lookasides afterwards, and what code is no longer mapped where it was. */
  restore(copies: PageCopies, frames: Iterable<number>): void {
    this.sync();
    for (const frame of frames) {
      const chunk = Math.floor(frame / chunkFrames);
      const then = copies[chunk]?.[frame % chunkFrames];
      if (then === undefined) throw new Error(`checkpoint has no copy of frame ${frame}`);
      if (this.stale[frame] === 0 && this.copies[chunk]?.[frame % chunkFrames] === then) continue;
      if (this.ram.code[frame] !== 0) this.ram.onCodeWrite(frame);
      this.bytes(frame).set(then);
      this.hashed[frame] = 0;
      this.stale[frame] = 0;
    }
    // frames in use later but not here keep their mark: they are stale for every checkpoint that lacks them
    this.copies = copies.slice();
  }
}
