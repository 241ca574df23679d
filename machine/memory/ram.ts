/**
 * Physical memory: one WebAssembly memory of fixed size, cut into a control area at the low end (core contexts,
 * lookasides, micro-op records: whatever generated code must reach) and frames of 4 KiB above it.
 *
 * A frame is named by its host offset >> 12, so that host address = frame * 4096 + offset in page. Frame numbers
 * are host matters: nothing the guest sees and no digest may depend on them.
 *
 * The memory never grows. Growing would replace the ArrayBuffer and with it every view held anywhere; reserving
 * the maximum at once costs only address space, because the host maps zero pages on first touch.
 *
 * Whoever writes a frame from TypeScript calls `touch` first; the engine calls it when it hands out a write tag.
 * That marks the frame for incremental snapshots and drops code decoded from it.
 */
export const frameShift = 12;
export const frameBytes = 4096;

/** Bits of a page table entry, `frame * 256 + flags`; 0 is not present. */
export const Pte = { R: 1, W: 2, X: 4, /** One translation stands for the 512 pages around it. */ Huge: 8 } as const;
/** Pages of 4 KiB in a huge one. */
export const hugePages = 512;

/** What the engine asks of an address space (machine/kernel/vm.ts keeps it). */
export interface PageTable {
  /** Small positive number, unique among live spaces. */
  readonly id: number;
  /** frame * 256 + flags of the page `vpn` = address / 4096, or 0. */
  pte(vpn: number): number;
}

export const defaultControlBytes = 96 * 1024 * 1024;
export const maxMemoryBytes = 3.5 * 1024 * 1024 * 1024;

export class Ram {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly dv: DataView;

  /** First frame and one past the last. */
  readonly firstFrame: number;
  readonly endFrame: number;
  /** Per frame, 1: written since the owner of snapshots last cleared it (who must also clear all write tags). */
  readonly written: Uint8Array;
  /** Per frame, 1: decoded code comes from it, so stores must stop and `touch` drops it. */
  readonly code: Uint8Array;
  /** Per frame, 1: an exclusive monitor watches a part of it, so every write must be told. */
  readonly watched: Uint8Array;
  /** Called by `touch` for a frame that is watched; set by the engine. */
  onWatchedWrite: (frame: number) => void = () => undefined;
  /** Called by `touch` for a frame that holds decoded code; set by the engine. */
  onCodeWrite: (frame: number) => void = () => undefined;

  private controlEnd: number;
  private reserved = 4096; // address 0 stays unused, so that 0 can mean "none"
  private freed: number[] = [];
  private fresh: number;
  /** Frames below it may have contents, even if they were never taken as far as this state knows. */
  private touched = 0;

  constructor(memoryBytes: number, controlBytes = defaultControlBytes) {
    if (memoryBytes > maxMemoryBytes) throw new Error(`memory of ${memoryBytes} bytes: at most ${maxMemoryBytes}`);
    const pages = Math.ceil((controlBytes + memoryBytes) / 65536);
    // shared, because V8 counts any other buffer as pressure on its heap, and collects all garbage for each memory of 2 GiB
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const buffer = this.memory.buffer;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.dv = new DataView(buffer);
    this.firstFrame = Math.floor(controlBytes / frameBytes);
    this.endFrame = this.firstFrame + Math.floor(memoryBytes / frameBytes);
    this.fresh = this.firstFrame;
    // at the control area's end: generated code knows where some things are at its beginning
    const perFrame = (): Uint8Array => new Uint8Array(buffer, (this.controlEnd -= Math.ceil(this.endFrame / 64) * 64), this.endFrame);
    this.controlEnd = controlBytes;
    this.written = perFrame();
    this.code = perFrame();
    this.watched = perFrame();
  }

  /** Takes `bytes` of the control area for good; zeroed. */
  reserve(bytes: number, align = 64): number {
    const at = Math.ceil(this.reserved / align) * align;
    if (at + bytes > this.controlEnd) throw new Error(`control area of ${this.firstFrame * frameBytes} bytes is full`);
    this.reserved = at + bytes;
    return at;
  }

  /** A zeroed frame, or 0 when memory is exhausted. */
  allocFrame(): number {
    const again = this.freed.pop();
    if (again !== undefined) {
      this.touch(again);
      this.u8.fill(0, again * frameBytes, (again + 1) * frameBytes);
      return again;
    }
    if (this.fresh === this.endFrame) return 0;
    const frame = this.fresh++;
    this.touch(frame);
    if (frame < this.touched) this.u8.fill(0, frame * frameBytes, (frame + 1) * frameBytes);
    return frame; // else never used before: the host gives zeros
  }

  freeFrame(frame: number): void {
    this.freed.push(frame);
  }

  /** Frames that were freed and not taken again, in that order. */
  saveFreed(): Uint32Array {
    return Uint32Array.from(this.freed);
  }
  /**
   * After a restore: the frames for which `inUse` holds are taken, and those in `freed` free. What was taken for the first time since is as if it
   * never had been, but for its contents.
   */
  resetUse(freed: Uint32Array, inUse: (frame: number) => boolean): void {
    this.freed = [...freed];
    let fresh = freed.reduce((end, frame) => Math.max(end, frame + 1), this.firstFrame);
    for (let frame = this.endFrame - 1; frame >= fresh; frame--) if (inUse(frame)) fresh = frame + 1;
    this.touched = Math.max(this.touched, this.fresh);
    this.fresh = fresh;
  }

  /** One past the last frame that was ever taken. */
  get usedEnd(): number {
    return this.fresh;
  }

  get framesFree(): number {
    return this.endFrame - this.fresh + this.freed.length;
  }

  get framesInUse(): number {
    return this.fresh - this.firstFrame - this.freed.length;
  }

  /** To be called before `frame` is written. */
  touch(frame: number): void {
    this.written[frame] = 1;
    if (this.code[frame] !== 0) this.onCodeWrite(frame);
    if (this.watched[frame] !== 0) this.onWatchedWrite(frame);
  }
}
