/** What the model tells whoever has asked to hear of it (`hear`). Called while a request is under way: they must not ask anything. */

/** L1D of `core` has the line no longer that it had at index `at`; or, if `kept`, has it still but may not write it. */
@external('env', 'lineLost')
declare function hearLineLost(core: i32, line: i32, kept: bool, at: i32): void;
/** L1I of `core` has the line no longer. */
@external('env', 'codeLineLost')
declare function hearCodeLineLost(core: i32, line: i32): void;
/** A page has left the data TLB, or the instruction TLB, of `core`, where its stamp lay. */
@external('env', 'pageLost')
declare function hearPageLost(core: i32, page: f64, huge: bool, instruction: bool, stamp: usize): void;

let heard: bool = false;

/** From now on the hooks are called. */
export function hear(): void {
  heard = true;
}
@inline
export function toldLineLost(core: i32, line: i32, kept: bool, at: i32): void {
  if (heard) hearLineLost(core, line, kept, at);
}
@inline
export function toldCodeLineLost(core: i32, line: i32): void {
  if (heard) hearCodeLineLost(core, line);
}
@inline
export function toldPageLost(core: i32, page: f64, huge: bool, instruction: bool, stamp: usize): void {
  if (heard) hearPageLost(core, page, huge, instruction, stamp);
}
