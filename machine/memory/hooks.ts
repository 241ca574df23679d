/** What a hierarchy tells whoever keeps quick answers about its first level. Called while a request is under way: they must not ask anything. */
export interface Hooks {
  /** L1D of `core` has the line no longer that it had at index `at`; or, if `kept`, has it still but may not write it. */
  lineLost(core: number, line: number, kept: boolean, at: number): void;
  /** A page has left the data TLB of `core`; its stamp lay at the byte offset `stamp`. */
  pageLost(core: number, page: number, huge: boolean, stamp: number): void;
  /** L1I of `core` has the line no longer. */
  codeLineLost?(core: number, line: number): void;
  /** A page has left the instruction TLB of `core`. */
  codePageLost?(core: number, page: number, huge: boolean): void;
}
