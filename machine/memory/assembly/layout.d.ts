/**
 * Where things lie in a core's context: constants that the build (build/assembly.ts) gives the compiler, from machine/core, which also says what they are.
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
