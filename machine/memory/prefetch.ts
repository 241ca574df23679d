/**
 * The stride prefetcher's memory: for each of the last pages of 4 KiB in which L1 missed, the last line, the step to it and how often
 * in a row that step was seen. After the same step twice the lines one and two steps further are worth fetching.
 * It goes by pages, as Skylake's streamer does, not by instruction addresses.
 */
const pages = 16;
const confident = 2;

export class Strides {
  private readonly page = new Int32Array(pages).fill(-1);
  private readonly line = new Int32Array(pages);
  private readonly step = new Int32Array(pages);
  private readonly seen = new Int32Array(pages);
  private readonly used = new Int32Array(pages);
  private readonly clock = new Int32Array(1);

  /** `pageShift`: log2 of the lines in 4 KiB. */
  constructor(private readonly pageShift: number) {}

  get parts(): readonly Int32Array[] {
    return [this.page, this.line, this.step, this.seen, this.used, this.clock];
  }

  /** L1 missed a line. Returns the step in lines that goes on from it, 0: none. */
  miss(line: number): number {
    const page = line >>> this.pageShift;
    let at = 0;
    for (let i = 0; i < pages; i++) {
      if (this.page[i] === page) {
        at = i;
        break;
      }
      if (this.used[i]! < this.used[at]!) at = i;
    }
    this.used[at] = ++this.clock[0]!;
    const step = this.page[at] === page ? line - this.line[at]! : 0;
    this.seen[at] = step !== 0 && step === this.step[at] ? this.seen[at]! + 1 : step !== 0 ? 1 : 0;
    this.page[at] = page;
    this.line[at] = line;
    this.step[at] = step;
    return this.seen[at]! >= confident ? step : 0;
  }
}
