/** Why the engine came back, for the kernel model and the debugger. */
import type { Row } from '../../isa/row.js';

/**
 * Limit: the core's time reached `until`. Syscall: pc is the next instruction's; all others leave pc at the instruction.
 * PageFault: a page is absent or lacks the permission; resolved, the instruction runs again. Protection: general
 * protection, as a non-canonical address or a misaligned 16-byte operand gives. Unimplemented: a known instruction
 * that has no meaning here or whose feature the machine does not advertise; Undefined: bytes that are no instruction.
 * Turn: the instruction reads a clock, and another core is still behind (Engine.horizon). Break: an observer stops the core before the instruction.
 */
export type Reason =
  | 'Limit' | 'Syscall' | 'PageFault' | 'Divide' | 'Undefined' | 'Breakpoint' | 'Halt' | 'Protection' | 'Align' | 'Unimplemented' | 'Turn' | 'Break';

export type Access = 'read' | 'write' | 'exec';

/** One per engine, reused: copy what must outlive the next run. */
export interface Stop {
  reason: Reason;
  pc: number;
  /** Faulting address and kind of access, for PageFault and Protection of an access. */
  va: number;
  access: Access;
  /** The instruction form of Unimplemented. */
  row: Row | undefined;
}
