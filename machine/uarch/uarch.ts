/**
 * What a microarchitecture is to the rest of the machine: figures with their sources, and a price for every instruction form.
 *
 * Latencies and costs are whole ticks, 48 a cycle; port sets are bit masks. Nothing here knows a block or a state:
 * `work.ts` turns one instruction into micro-ops, `block.ts` prices blocks, `window.ts` simulates.
 */
import type { Insn } from '../../isa/row.js';

export const cycle = 48;

/** What one instruction form costs beside its memory accesses, which `work.ts` adds. */
export interface Price {
  /** Port masks of the computation's micro-ops; the first carries the latency. Empty: nothing executes. */
  readonly ports: readonly number[];
  /** From registers, flags and loaded data to results, in ticks. */
  readonly latency: number;
  /** From the old value of a first operand that is read and written: some conversions need it only at their end. */
  readonly keptLatency: number;
  /** The same to flags, where they come later or earlier than the rest. */
  readonly flagLatency: number;
  /** Ticks for which the first micro-op keeps its unit (dividers). */
  readonly occupancy: number;
  /** Fused micro-ops that take issue slots, memory included; undefined: as `work.ts` derives them. */
  readonly slots: number | undefined;
  /** Micro-ops out of microcode; 0: decoders make them. */
  readonly microcode: number;
  /** Only the first decoder takes it. */
  readonly complex: boolean;
  /** Ports already contain the memory micro-ops. */
  readonly whole: boolean;
  /** No other instruction overlaps with it for so many ticks: fences, locked accesses, PAUSE. 0: none. */
  readonly serial: number;
  /** The row's class was priced, because no line names the form. */
  readonly fallback: boolean;
}

/** Instructions that a core treats apart at rename. */
export const enum Idiom { None, Zero, Ones, Move, Nop }

/** Figures of a core; widths a cycle, sizes in entries, times in ticks. */
export interface Figures {
  readonly clockHz: number;
  /** Issue slots a cycle between front end and scheduler; retirement. */
  readonly width: number;
  readonly retireWidth: number;
  readonly rob: number;
  readonly scheduler: number;
  readonly loadQueue: number;
  readonly storeQueue: number;
  /** Load to use: general registers, the same through a plain base fed by a load, vectors. */
  readonly loadTicks: number;
  readonly chasedLoadTicks: number;
  readonly vectorLoadTicks: number;
  /** Store data to a load that takes it: general registers, vectors; extra time when the store covers the load only in part. */
  readonly forwardTicks: number;
  readonly vectorForwardTicks: number;
  readonly blockedForwardTicks: number;
  /** From a wrong prediction's resolution to the first right instruction at issue. */
  readonly mispredictTicks: number;
  /** Front-end bubble after a taken branch. */
  readonly takenTicks: number;
  /** An owned line's atomic access alone. */
  readonly lockTicks: number;
  /** A full fence with an empty store buffer; an access across lines and pages. */
  readonly fenceTicks: number;
  readonly lineSplitTicks: number;
  readonly pageSplitTicks: number;
  /** Outstanding L1 misses. */
  readonly fillBuffers: number;
  /** Stores a cycle from the store buffer to L1. */
  readonly commitWidth: number;
  /** Moves at rename whose results share a register at a time; 0 none, Infinity no limit. */
  readonly moveSlots: number;
}

/** The way of code bytes to issue, where it can limit a block; undefined for cores that fetch without limits. */
export interface FrontEnd {
  /** Bytes predecoded a cycle, and instructions in them; 0 of them: fixed length, no predecoding. */
  readonly fetchBytes: number;
  readonly predecodeWidth: number;
  /** Cycles that an instruction whose length a prefix changes adds. */
  readonly lengthPrefixCycles: number;
  readonly decoders: number;
  readonly instructionQueue: number;
  readonly uopQueue: number;
  /** Micro-ops a cycle from the cache of decoded ones; 0: there is none. */
  readonly uopCacheWidth: number;
  readonly uopCacheLines: number;
  /** A cycle, from microcode; and what switching to and from it costs. */
  readonly microcodeWidth: number;
  readonly microcodeSwitchCycles: number;
}

export interface Ports {
  /** Names by bit of the masks. */
  readonly names: readonly string[];
  readonly load: number;
  /** Store addresses: with a plain base, and with an index. */
  readonly storeAddress: number;
  readonly indexedStoreAddress: number;
  readonly storeData: number;
  /** A micro-op that keeps its unit keeps its port; otherwise a divider stands beside the port. */
  readonly blocking: boolean;
  /** Every second issue slot takes the port with the second fewest waiting micro-ops, as Intel's cores do before Ice Lake. */
  readonly bySlot: boolean;
}

/** Geometry and latencies of the caches and TLBs that go with the core: `size` in bytes or entries, times in cycles. */
export interface CacheFigure {
  readonly size: number;
  readonly ways: number;
  readonly cycles: number;
  readonly source: string;
}

export interface Uarch {
  readonly name: string;
  /** Which instruction set it runs; `any` for the teaching core. */
  readonly isa: 'amd64' | 'arm64' | 'any';
  /** Config.cpu that fits it: CPUID level or HWCAP set. */
  readonly levels: Readonly<Partial<Record<'amd64' | 'arm64', string>>>;
  readonly figures: Figures;
  readonly sources: Readonly<Record<keyof Figures | 'frontEnd' | 'ports' | 'prices', string>>;
  readonly ports: Ports;
  readonly frontEnd: FrontEnd | undefined;
  readonly caches: Readonly<Record<string, CacheFigure>>;
  /** In order: an instruction starts when its predecessor has finished. */
  readonly inOrder: boolean;

  /** Ports of the micro-op that brings the stack pointer up to date; undefined: pushes and pops move the register themselves. */
  readonly stackEngine: number | undefined;

  /** The price of an instruction. Throws `NoPrice` when neither its form nor its class has one. */
  price(insn: Insn): Price;
  /** What rename makes of it without executing it. */
  idiom(insn: Insn): Idiom;
  /** `first` and `then` become one micro-op. */
  fuses(first: Insn, then: Insn): boolean;
  /** Whether an access with an index leaves its fused pair at issue. */
  splits(insn: Insn): boolean;
  /** Ticks from a moved pointer's old value to its new one (`Effects.moves`). */
  moveTicks(insn: Insn): number;
  /** Ports of the micro-op that does so; 0: it is among the price's, or none is needed. */
  movePorts(insn: Insn): number;
}

/** Neither the form nor its class has a price: a mistake in the tables, and what a test looks for. */
export class NoPrice extends Error {
  constructor(insn: Insn, uarch: string) {
    super(`${uarch} has no price for ${insn.row.form} (class ${insn.row.cls})`);
  }
}
