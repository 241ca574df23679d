/**
 * The least that runs a static image on the engine: its segments, a stack, write and exit. Benchmarks use it so that they
 * measure the engine alone, and still run when the machine around it changes.
 */
import { EM, PF, PT, readElf, type ElfFile, type ElfSegment } from '../../isa/abi/elf.js';
import { common } from '../../isa/context.js';
import { makeConfig, type Arch, type Timing } from '../../machine/config.js';
import { isaOf } from '../../machine/isa.js';
import type { Abi } from '../../machine/kernel/abi.js';
import { abis } from '../../machine/kernel/abis.js';
import { Engine, type EngineOptions } from '../../machine/exec/engine.js';
import type { Stop } from '../../machine/exec/stop.js';
import { memoryOf } from '../../machine/memory/description.js';
import { frameBytes, Pte, Ram, type PageTable } from '../../machine/memory/ram.js';
import { cachesOf, pricingOf } from '../../machine/timing.js';

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
  private readonly elf: ElfFile;
  private readonly abi: Abi;
  private output = '';

  constructor(private readonly image: Uint8Array, timing: Timing = 'none', options: Partial<EngineOptions> = {}, cached = false) {
    this.elf = readElf(image);
    const arch: Arch = this.elf.machine === EM.AARCH64 ? 'arm64' : 'amd64';
    this.abi = abis[arch];
    const config = makeConfig({ arch, timing, caches: cached ? memoryOf(makeConfig({ arch }).uarch)! : null });
    const isa = isaOf(config);
    this.engine = new Engine(this.ram, { cores: 1, isa, pricing: pricingOf(config), caches: cachesOf(config), ...options });
    this.pages = new Pages(this.ram);
    for (const s of this.loads()) {
      this.pages.map(s.vaddr, s.vaddr + s.memBytes, (s.flags & PF.R ? Pte.R : 0) | (s.flags & PF.W ? Pte.W : 0) | (s.flags & PF.X ? Pte.X : 0));
      this.fill(s);
    }
    this.pages.map(stackTop - stackBytes, stackTop, Pte.R | Pte.W);
    this.engine.setSpace(0, this.pages);
    this.restart();
  }

  private loads(): readonly ElfSegment[] {
    return this.elf.segments.filter((s) => s.type === PT.LOAD);
  }
  private fill(s: ElfSegment): void {
    for (let i = 0; i < s.memBytes; i++) this.ram.u8[this.pages.host(s.vaddr + i)] = i < s.fileBytes ? this.image[s.offset + i]! : 0;
  }

  /** Back to the start, with what the engine has decoded and compiled kept. */
  restart(): void {
    this.output = '';
    for (const s of this.loads()) if (s.flags & PF.W) this.fill(s);
    const state = this.engine.state(0);
    state.load(new Uint8Array(common.end));
    state.instructions = 0;
    // one argument, the program's name, which nobody reads
    const sp = stackTop - 256;
    this.ram.u8.fill(0, this.pages.host(sp), this.pages.host(sp) + 256);
    this.ram.u8[this.pages.host(sp)] = 1;
    this.abi.start(state, this.elf.entry, sp);
  }

  /** Until the guest exits. Any other stop is an error. `go` runs to the next stop that is no limit. */
  run(go: (run: (until: number) => Stop) => Stop = (run) => run(Infinity)): Finished {
    const state = this.engine.state(0);
    for (;;) {
      const stop = go((until) => this.engine.run(0, until));
      if (stop.reason !== 'Syscall') throw new Error(`${stop.reason} at 0x${stop.pc.toString(16)} va 0x${stop.va.toString(16)} ${stop.row?.form ?? ''}`);
      const name = this.abi.syscalls[this.abi.number(state)];
      const [, buffer, bytes] = this.abi.args(state).map(Number) as [number, number, number];
      if (name === 'exit') return { output: this.output, instructions: state.instructions };
      if (name === 'write') for (let i = 0; i < bytes; i++) this.output += String.fromCharCode(this.ram.u8[this.pages.host(buffer + i)]!);
      this.abi.setResult(state, bytes);
    }
  }
}
