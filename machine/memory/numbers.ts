/**
 * Numbers that the memory hierarchy's model, which is AssemblyScript (`assembly`), and TypeScript share. Only enums, which both languages have.
 */

/** Who answered. Upgrade: the data were there, the right to write came from the others. */
export enum Level { L1, L2, L3, Clean, Dirty, Dram, Upgrade }

/** Why L1 missed; Hit: it did not. */
export enum Miss { Hit, Cold, Capacity, Conflict, Coherence }

/**
 * States of a line in a core. From E up the core may write without asking; M and O are newer than what L3 and DRAM have.
 * F (MESIF) is the S that answers for all, O (MOESI) an M that others have copies of.
 */
export enum LineState { I, S, F, O, E, M }

/** States of a line in L3. */
export enum L3State { Empty, Clean, Dirty }

/** Of a line in L2: L1D has it, L1I has it; it was prefetched and nobody has asked for it yet. */
export enum Mark { Data = 1, Code = 2, Prefetched = 4 }

/** Which way of a full set goes. */
export enum Policy { Lru, Plru, Random }

export enum Protocol { Mesi, Mesif, Moesi }

/** Index of each counter of a core. Those of a kind follow the order of Level, and of Miss without Hit. L1's count only accesses that came to the slow path. */
export enum Count {
  loadL1, loadL2, loadL3, loadClean, loadDirty, loadDram,
  storeL1, storeL2, storeL3, storeClean, storeDirty, storeDram, upgrade,
  fetchL1, fetchL2, fetchL3, fetchClean, fetchDirty, fetchDram,
  cold, capacity, conflict, coherence,
  codeCold, codeCapacity, codeConflict, codeCoherence,
  /** Requests answered with a time to retry. */
  retries,
  /** Lines taken from this core by another's write, and by L3's eviction; copies that another's read made shared. */
  invalidations, backInvalidations, downgrades,
  /** Modified lines from L1D to L2, from L2 to L3, and from L3 to DRAM. */
  l1WriteBacks, l2WriteBacks, dramWrites,
  rowHits, rowMisses,
  prefetches, usefulPrefetches,
  dtlbMisses, itlbMisses, stlbMisses, walkSteps, walkTicks,
  end,
}

/** Of an instruction that accesses memory: it lets nothing overlap; it loads what its block stored the time before; the block's branch depends on it. */
export enum SlotFlag { locked = 1, around = 2, branch = 4 }

/** What an area of linear memory is to whoever saves state: none of it, or elements of a type. */
export enum Element { None, I32, U8, F64 }
