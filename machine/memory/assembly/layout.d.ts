/**
 * Where things lie in a core's context, and other numbers that TypeScript has: constants that the build (build/assembly.ts) gives the compiler, from
 * files of `machine` that also say what they are.
 */
// engineCells
declare const CORE: usize;
declare const SPACE: usize;
declare const RECORD: usize;
declare const LEFT: usize;
declare const STALLED: usize;
declare const SCRATCH: usize;
// timingCells
declare const READY: usize;
declare const PENDING: usize;
declare const BRANCH_READY: usize;
declare const MISSED: usize;
declare const LANES: i32;
declare const QUARTER_TICKS: i32;
// lookaside
declare const LOOKASIDE: usize;
declare const LOOKASIDE_ENTRIES: i32;
declare const LOOKASIDE_BYTES: i32;
declare const RTAG: usize;
declare const WTAG: usize;
declare const DELTA: usize;
declare const LINE: usize;
declare const PAGE: usize;
// exec/places.ts
declare const TICK_SHIFT: i32;
// exec/memory.ts
declare const CANONICAL_HIGH: i32;
// memory/ram.ts
declare const FRAME_SHIFT: i32;
declare const PTE_R: i32;
declare const PTE_W: i32;
declare const PTE_HUGE: i32;
declare const HUGE_SHIFT: i32;
