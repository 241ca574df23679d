/** What a hierarchy counts, per core. Loads, stores and fetches by who answered (`Level`), misses of L1 by their cause (`Miss`). */

/** Who answered. Upgrade: the data were there, the right to write came from the others. */
export const enum Level { L1, L2, L3, Clean, Dirty, Dram, Upgrade }

/** Another core had the line, or shared it. */
export const isShared = (level: Level): boolean => level === Level.Clean || level === Level.Dirty || level === Level.Upgrade;

/** Why L1 missed; Hit: it did not. */
export const enum Miss { Hit, Cold, Capacity, Conflict, Coherence }

/**
 * Index of each counter. Those of a kind follow the order of Level, and of Miss without Hit. L1's count only accesses that came to the slow path.
 * An object literal: V8 folds its fields into code, which it does not do with an enum's.
 */
export const Count = {
  loadL1: 0, loadL2: 1, loadL3: 2, loadClean: 3, loadDirty: 4, loadDram: 5,
  storeL1: 6, storeL2: 7, storeL3: 8, storeClean: 9, storeDirty: 10, storeDram: 11, upgrade: 12,
  fetchL1: 13, fetchL2: 14, fetchL3: 15, fetchClean: 16, fetchDirty: 17, fetchDram: 18,
  cold: 19, capacity: 20, conflict: 21, coherence: 22,
  codeCold: 23, codeCapacity: 24, codeConflict: 25, codeCoherence: 26,
  /** Requests answered with a time to retry. */
  retries: 27,
  /** Lines taken from this core by another's write, and by L3's eviction; copies that another's read made shared. */
  invalidations: 28, backInvalidations: 29, downgrades: 30,
  /** Modified lines from L1D to L2, from L2 to L3, and from L3 to DRAM. */
  l1WriteBacks: 31, l2WriteBacks: 32, dramWrites: 33,
  rowHits: 34, rowMisses: 35,
  prefetches: 36, usefulPrefetches: 37,
  dtlbMisses: 38, itlbMisses: 39, stlbMisses: 40, walkSteps: 41, walkTicks: 42,
} as const;

export type CounterName = keyof typeof Count;
/** In the order of their indexes. */
export const counterNames = Object.keys(Count) as CounterName[];
