/** What a hierarchy tells whoever keeps quick answers about its first level. Called while a request is under way: they must not ask anything. */
export interface Hooks {
  /** L1D of `core` has the line no longer; or, if `kept`, has it still but may not write it. */
  lineLost(core: number, line: number, kept: boolean): void;
  /** A page has left the data TLB of `core`. */
  pageLost(core: number, page: number, huge: boolean): void;
  /** L1I of `core` has the line no longer. */
  codeLineLost?(core: number, line: number): void;
  /** A page has left the instruction TLB of `core`. */
  codePageLost?(core: number, page: number, huge: boolean): void;
}
