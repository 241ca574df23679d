/**
 * The least that runs a static image on the engine: its segments, a stack, write and exit. Benchmarks use it so that they
 * measure the engine alone, and still run when the machine around it changes.
 */
import { PT, readElf } from '../../isa/abi/elf.js';
import { GPR, gprSlot } from '../../isa/x86/regs.js';
import { Engine } from '../../machine/exec/engine.js';
import type { Stop } from '../../machine/exec/stop.js';
import { frameBytes, Pte, Ram, type PageTable } from '../../machine/memory/ram.js';

const stackTop = 0x7ffff0000000;
const stackBytes = 256 * 1024;

class Pages implements PageTable {
  readonly id = 1;
  private readonly entries = new Map<number, number>();
  constructor(private readonly ram: Ram) {}

  pte(vpn: number): number {
    return this.entries.get(vpn) ?? 0;
  }
  map(start: number, end: number, flags: number): void {
    for (let vpn = Math.floor(start / frameBytes); vpn * frameBytes < end; vpn++) {
      const old = this.pte(vpn);
      this.entries.set(vpn, old ? old | flags : this.ram.allocFrame() * 256 + flags);
    }
  }
  host(va: number): number {
    return (this.pte(Math.floor(va / frameBytes)) >>> 8) * frameBytes + (va % frameBytes);
  }
}

export interface Finished {
  readonly output: string;
  readonly instructions: number;
}

export class Guest {
  readonly engine: Engine;
  private readonly pages: Pages;
  private readonly ram = new Ram(64 * 1024 * 1024);
  private output = '';

  constructor(image: Uint8Array) {
    this.engine = new Engine(this.ram, { cores: 1 });
    this.pages = new Pages(this.ram);
    const elf = readElf(image);
    for (const s of elf.segments) {
      if (s.type !== PT.LOAD) continue;
      this.pages.map(s.vaddr, s.vaddr + s.memBytes, (s.flags & 4 ? Pte.R : 0) | (s.flags & 2 ? Pte.W : 0) | (s.flags & 1 ? Pte.X : 0));
      for (let i = 0; i < s.fileBytes; i++) this.ram.u8[this.pages.host(s.vaddr + i)] = image[s.offset + i]!;
    }
    this.pages.map(stackTop - stackBytes, stackTop, Pte.R | Pte.W);
    this.engine.setSpace(0, this.pages);
    const state = this.engine.state(0);
    state.pc = elf.entry;
    state.setNum(gprSlot(GPR.RSP), stackTop - 256);
  }

  /** Until the guest exits. Any other stop is an error. `go` runs to the next stop that is no limit. */
  run(go: (run: (until: number) => Stop) => Stop = (run) => run(Infinity)): Finished {
    const state = this.engine.state(0);
    for (;;) {
      const stop = go((until) => this.engine.run(0, until));
      if (stop.reason !== 'Syscall') throw new Error(`${stop.reason} at 0x${stop.pc.toString(16)} va 0x${stop.va.toString(16)} ${stop.row?.form ?? ''}`);
      const [n, , buffer, bytes] = [GPR.RAX, GPR.RDI, GPR.RSI, GPR.RDX].map((r) => state.num(gprSlot(r))) as [number, number, number, number];
      if (n === 60) return { output: this.output, instructions: state.instructions };
      if (n === 1) for (let i = 0; i < bytes; i++) this.output += String.fromCharCode(this.ram.u8[this.pages.host(buffer + i)]!);
      state.setNum(gprSlot(GPR.RAX), bytes);
    }
  }
}
