/**
 * The compiled model of the memory hierarchy (assembly/): an instance works on the linear memory it is given, and machines share the code.
 */
import { Element } from './numbers.js';
import { modelImage } from './modelImage.js';

/** Linear memory with room for a model: Ram is one. */
export interface LinearMemory {
  readonly memory: WebAssembly.Memory;
  /** Takes zeroed bytes for good; returns their offset. */
  reserve(bytes: number, align?: number): number;
}

/** What a model asks of outside; all of it may change while it works. What each means: assembly/, where it is declared. */
export interface ModelLinks {
  lineLost(core: number, line: number, kept: number, at: number): void;
  codeLineLost(core: number, line: number): void;
  pageLost(core: number, page: number, huge: number, instruction: number, stamp: number): void;
  dramRead(line: number, now: number): number;
  dramWrite(now: number): void;
  place(record: number): void;
  locate(ctx: number, lo: number, hi: number, bytes: number, write: number): number;
  storeScratch(ctx: number, lo: number, hi: number, bytes: number): number;
  entryOf(ctx: number, page: number): number;
  mustWait(write: number, ticks: number): void;
  answered(line: number, ticks: number, wait: number): void;
  codeMissed(at: number, level: number): void;
  missed(ctx: number, ticks: number, level: number, asStore: number, plain: number, walked: number): void;
}

type Flag = boolean | number;
type Global = { readonly value: number };

/** The exports: see assembly/index.ts and where that has them from. Addresses are offsets in the memory. */
export interface Model {
  makeCores(count: number, lineBytes: number): void;
  makeL3(sets: number, ways: number, policy: number, inclusive: Flag, seed: number): void;
  makeDirectory(lines: number): void;
  makeTimes(): void;
  makeCaches(core: number, clocks: number, ...figures: number[]): void;
  makeTlb(core: number, ...figures: number[]): void;
  setWalk(secondTicks: number, stepTicks: number, levels: number): void;
  makeRules(protocol: number, nextLine: Flag, stride: Flag, ...ticks: number[]): void;
  makeLookasides(writable: number): void;
  makeEntries(core: number): void;
  setFigures(window: number, reorder: number, issue: number, load: number, fills: number, stores: number, upgrade: number, ordered: Flag, restart: number, interval: Flag): void;
  makeMisses(core: number, context: number): number;
  missNumbers(): number;
  makeSlots(): number;
  describe(record: number, k: number, prefix: number, ordinal: number, flags: number, addressLanes: number, addressLoads: number, lanes: number, loads: number): void;
  forgetSlots(): void;
  steps(startTicks: number, startInstructions: number, cells: number): void;
  endSteps(): void;
  setAccess(holdTicks: number, framesBelow: number, tagsIgnored: Flag, written: number, code: number, watched: number, lastShared: number): void;
  setObserved(quick: Flag, hearsAnswers: Flag, hearsCode: Flag, counts: Flag): void;
  hear(): void;

  arrayOf(core: number, which: number): number;
  l3Array(): number;
  newArray(sets: number, ways: number, policy: number, seed: number): number;
  cellsOf(array: number): number;
  statesOf(array: number): number;
  clockOf(array: number): number;
  findIn(array: number, line: number): number;
  roomIn(array: number, line: number): number;
  putIn(array: number, index: number, line: number, state: number): void;
  touchIn(array: number, index: number): void;
  dropIn(array: number, index: number): void;
  countersOf(core: number): number;
  marksOf(core: number): number;
  stateOf(core: number, line: number): number;
  sharers(line: number): number;
  owner(line: number): number;
  share(line: number, core: number, owner: number): void;
  leave(line: number, core: number): void;
  busyUntil(line: number): number;
  peekTlb(core: number, page: number, huge: Flag): number;
  historyOf(core: number, code: Flag): number;
  historyChunks(core: number, code: Flag): number;
  historyChunkBytes(): number;
  historyChunk(core: number, code: Flag, index: number): number;

  readonly lastStamp: Global;
  readonly lastState: Global;
  readonly lastLevel: Global;
  readonly lastClass: Global;
  readonly lastWrite: Global;
  pageStampOf(core: number): number;
  touch(core: number): void;
  hit(core: number, line: number, write: Flag): number;
  holds(core: number, line: number, write: Flag): number;
  data(core: number, line: number, write: Flag, now: number): number;
  codeHit(core: number, line: number): number;
  fetch(core: number, line: number, now: number): number;
  bringCode(core: number, line: number, now: number): number;
  translate(core: number, page: number, huge: Flag, instruction: Flag): number;
  shootdown(core: number, page: number, huge: Flag): void;
  flushTlb(core: number, from: number, to: number, hugeFrom: number, hugeTo: number): void;
  displace(core: number, l1i: number, l1d: number, pages: number): void;
  dropLine(line: number): void;

  loadAt(ctx: number, lo: number, hi: number, bytes: number): number;
  modifyAt(ctx: number, lo: number, hi: number, bytes: number): number;
  storeAt(ctx: number, lo: number, hi: number, bytes: number): number;
  fetchLines(core: number, page: number, frame: number, offset: number, end: number, now: number): number;
  accessLine(core: number, page: number, line: number, offset: number, write: Flag, modify: Flag): number;
  enterAccessed(core: number, lo: number, hi: number, frame: number, write: Flag, rights: number, huge: Flag): void;
  forgetAnswers(core: number): void;
  hide(core: number, line: number): void;
  renewed(core: number): void;
}

export type State = Int32Array | Uint8Array | Float64Array;

/** A cache: the code is the same for all machines. */
let compiled: WebAssembly.Module | undefined;

/** Reads and compiles it when first called. */
export function memoryModel(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(modelImage()));
}

/** A model in `memory`. Its areas that are state are added to `state` as it takes them. */
export function newModel(memory: LinearMemory, links: ModelLinks, state: State[]): Model {
  const { buffer } = memory.memory;
  const reserve = (bytes: number, element: Element): number => {
    const at = memory.reserve(bytes, 64);
    if (element === Element.I32) state.push(new Int32Array(buffer, at, bytes >> 2));
    else if (element === Element.U8) state.push(new Uint8Array(buffer, at, bytes));
    else if (element === Element.F64) state.push(new Float64Array(buffer, at, bytes >> 3));
    return at;
  };
  const env: Record<string, WebAssembly.ImportValue> = {
    memory: memory.memory, reserve,
    lineLost: (core: number, line: number, kept: number, at: number) => links.lineLost(core, line, kept, at),
    codeLineLost: (core: number, line: number) => links.codeLineLost(core, line),
    pageLost: (core: number, page: number, huge: number, instruction: number, stamp: number) => links.pageLost(core, page, huge, instruction, stamp),
    dramRead: (line: number, now: number) => links.dramRead(line, now),
    dramWrite: (now: number) => links.dramWrite(now),
    place: (record: number) => links.place(record),
    locate: (ctx: number, lo: number, hi: number, bytes: number, write: number) => links.locate(ctx, lo, hi, bytes, write),
    storeScratch: (ctx: number, lo: number, hi: number, bytes: number) => links.storeScratch(ctx, lo, hi, bytes),
    entryOf: (ctx: number, page: number) => links.entryOf(ctx, page),
    mustWait: (write: number, ticks: number) => links.mustWait(write, ticks),
    answered: (line: number, ticks: number, wait: number) => links.answered(line, ticks, wait),
    codeMissed: (at: number, level: number) => links.codeMissed(at, level),
    missed: (ctx: number, ticks: number, level: number, asStore: number, plain: number, walked: number) => links.missed(ctx, ticks, level, asStore, plain, walked),
  };
  return new WebAssembly.Instance(memoryModel(), { env }).exports as unknown as Model;
}
