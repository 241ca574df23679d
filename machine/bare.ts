/**
 * A machine without an operating system, for tests of cores and memory: one address space that all cores share,
 * an ELF image or flat code in it, and HLT to end. Nothing is protected: the whole image is readable, writable
 * and executable.
 *
 * At the start RSP (SP) of each core is the end of its own stack, RDI (X0) its number, and MXCSR and the x87 unit are as new.
 * The run ends with status 0 when every core has halted. What a kernel would have to handle stops the run by name.
 */
import { PT, readExecutable } from '../isa/abi/elf.js';
import { MAP, PROT } from '../isa/abi/linux.js';
import type { Stop } from './exec/stop.js';
import { abis } from './kernel/abis.js';
import type { AddressSpace } from './kernel/vm.js';
import type { KernelPort, Parts } from './parts.js';

/** Flat code is loaded and entered here. */
export const flatBase = 0x400000;
const stackBytes = 65536;
const stacksAt = 0x7fff00000000;
const all = PROT.READ | PROT.WRITE | PROT.EXEC;
const fixed = MAP.PRIVATE | MAP.FIXED | MAP.ANONYMOUS;

interface BareState {
  readonly space: number;
  readonly running: readonly boolean[];
}

export class Bare implements KernelPort {
  readonly name = 'bare';
  private space: AddressSpace;
  private running: boolean[];

  /** `cores`: how many start; all when left out. */
  constructor(
    private readonly parts: Parts,
    private readonly cores = parts.config.cores,
  ) {
    this.space = parts.spaces.create();
    this.running = new Array<boolean>(parts.config.cores).fill(false);
  }

  exec(image: Uint8Array): void {
    const { space } = this;
    let entry = flatBase;
    if (image[0] === 0x7f && image[1] === 0x45) {
      const file = readExecutable(image, { arch: this.parts.config.arch, memoryBytes: this.parts.config.memoryBytes });
      entry = file.entry;
      for (const s of file.segments) {
        if (s.type !== PT.LOAD || s.memBytes === 0) continue;
        const start = Math.floor(s.vaddr / 4096) * 4096;
        if (space.areas.at(start) === undefined) space.mmap(start, s.vaddr + s.memBytes - start, all, fixed);
        else space.mmap(start + 4096, Math.max(1, s.vaddr + s.memBytes - start - 4096), all, fixed);
        space.copy.writeBytes(s.vaddr, image.subarray(s.offset, s.offset + s.fileBytes));
      }
    } else {
      space.mmap(flatBase, Math.max(1, image.length), all, fixed);
      space.copy.writeBytes(flatBase, image);
    }
    for (let core = 0; core < this.cores; core++) {
      const top = stacksAt + 2 * stackBytes * (core + 1);
      space.mmap(top - stackBytes, stackBytes, all, fixed);
      const registers = this.parts.cores.state(core);
      const abi = abis[this.parts.config.arch];
      abi.start(registers, entry, top);
      abi.setArgument(registers, BigInt(core));
      registers.pc = entry; // and no position inside a block
      this.parts.cores.setSpace(core, space);
      this.running[core] = true;
    }
  }

  trap(core: number, stop: Stop): void {
    if (stop.reason === 'PageFault' && this.space.fault(stop.va, stop.access) === undefined) return;
    if (stop.reason === 'Halt') {
      this.running[core] = false;
      if (!this.running.includes(true)) this.parts.exit(0);
      return;
    }
    const where = stop.reason === 'PageFault' ? ` at address 0x${stop.va.toString(16)}` : '';
    this.parts.stop(`${stop.reason}${where} on core ${core}, pc 0x${stop.pc.toString(16)}, and no kernel to handle it`);
  }

  /** The space the program runs in, for tests that look at memory. */
  get memory(): AddressSpace {
    return this.space;
  }

  busy(core: number): boolean {
    return this.running[core]!;
  }

  event(): void {
    throw new Error('a bare machine has no events');
  }

  wantsInput(): boolean {
    return false;
  }

  poll(): void {
    throw new Error('a bare machine has no input');
  }

  deadlock(): string {
    return 'no core was started';
  }

  save(): BareState {
    return { space: this.space.id, running: [...this.running] };
  }

  load(state: unknown): void {
    const s = state as BareState;
    this.space = this.parts.spaces.get(s.space);
    this.running = [...s.running];
    this.running.forEach((_, core) => {
      if (core < this.cores) this.parts.cores.setSpace(core, this.space);
    });
  }
}
