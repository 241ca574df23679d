/** What observers of a running machine read, quickly and without changing it: words of memory, registers, the goroutine of a core. */
import type { Kernel } from '../../kernel/kernel.js';
import type { Machine } from '../../machine.js';
import { frameBytes, type PageTable } from '../../memory/ram.js';
import { archOf, type DebugArch } from '../arch/arch.js';

/** Bounds of a goroutine's stack, and its m; of an m, what it runs. */
const stackHi = 8;

export class Guest {
  readonly arch: DebugArch;
  private readonly kernel: Kernel;

  /** `gFromBase`: where amd64 images have g, from the FS base. */
  constructor(readonly machine: Machine, private readonly gFromBase = -8) {
    this.arch = archOf(machine);
    this.kernel = machine.kernel as Kernel;
  }

  /** The running thread; 0: the core idles. */
  tid(core: number): number {
    return this.kernel.state.current[core]!;
  }
  pid(core: number): number {
    return this.kernel.task(this.tid(core)).pid;
  }
  /** The name of a thread that is there. */
  comm(tid: number): string {
    return this.kernel.task(tid).comm;
  }
  space(core: number): PageTable {
    return this.machine.engine.spaceOf(core);
  }

  /** The word at an address that is a multiple of 8, as a number; undefined where there is none. */
  word(space: PageTable, address: number): number | undefined {
    const at = this.offset(space, address);
    if (at === undefined) return undefined;
    const { dv } = this.machine.ram;
    return dv.getUint32(at + 4, true) * 2 ** 32 + dv.getUint32(at, true);
  }
  byte(space: PageTable, address: number): number | undefined {
    const at = this.offset(space, address);
    return at === undefined ? undefined : this.machine.ram.u8[at];
  }
  private offset(space: PageTable, address: number): number | undefined {
    if (!(address >= 0 && address < 2 ** 47)) return undefined;
    const frame = space.pte(Math.floor(address / frameBytes)) >>> 8;
    return frame === 0 ? undefined : frame * frameBytes + (address % frameBytes);
  }

  register(core: number, slot: number): number {
    return this.machine.core(core).num(slot);
  }
  sp(core: number): number {
    return this.register(core, this.arch.sp);
  }
  /** At a function's first instruction: where it returns to, and SP as it will be there. */
  returnAddress(core: number, space: PageTable): number {
    const { link } = this.arch;
    return link === undefined ? (this.word(space, this.sp(core)) ?? 0) : this.register(core, link);
  }
  spBehind(core: number): number {
    return this.sp(core) + this.arch.returnBytes;
  }

  /** The core's g, be it a goroutine or a thread's own; 0: there is none. */
  g(core: number, space: PageTable): number {
    if (!this.arch.gInMemory) return this.register(core, this.arch.g);
    const base = this.register(core, this.arch.threadBase);
    return base === 0 ? 0 : (this.word(space, base + this.gFromBase) ?? 0);
  }
  /** The end of g's stack, which moves with it. */
  stackEnd(space: PageTable, g: number): number {
    return g === 0 ? 0 : (this.word(space, g + stackHi) ?? 0);
  }
}
