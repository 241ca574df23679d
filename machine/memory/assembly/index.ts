/**
 * The model of the memory hierarchy, in AssemblyScript: its state lies in the machine's memory, where generated code reaches it too.
 * The module has no memory of its own, so no strings, no static arrays and no globals that a snapshot would have to know.
 */

/** Puts `value` into the 32-bit cell at byte address `at`; returns what was there. */
export function exchange(at: usize, value: u32): u32 {
  const old = load<u32>(at);
  store<u32>(at, value);
  return old;
}
