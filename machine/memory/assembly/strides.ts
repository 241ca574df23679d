/**
 * The stride prefetcher's memory: for each of the last pages of 4 KiB in which L1 missed, the last line, the step to it and how often
 * in a row that step was seen. After the same step twice the lines one and two steps further are worth fetching.
 * It goes by pages, as Skylake's streamer does, not by instruction addresses.
 */
import { i32At, i32s, scratch, setI32 } from './room';

const pages: i32 = 16;
const confident: i32 = 2;

@unmanaged
export class Strides {
  page: usize;
  line: usize;
  step: usize;
  seen: usize;
  used: usize;
  clock: usize;

  /** L1 missed a line. Returns the step in lines that goes on from it, 0: none. `pageShift`: log2 of the lines in 4 KiB. */
  miss(line: i32, pageShift: i32): i32 {
    const page = line >>> pageShift;
    let at = 0;
    for (let i = 0; i < pages; i++) {
      if (i32At(this.page, i) == page) {
        at = i;
        break;
      }
      if (i32At(this.used, i) < i32At(this.used, at)) at = i;
    }
    const now = load<i32>(this.clock) + 1;
    store<i32>(this.clock, now);
    setI32(this.used, at, now);
    const step = i32At(this.page, at) == page ? line - i32At(this.line, at) : 0;
    const seen = step != 0 && step == i32At(this.step, at) ? i32At(this.seen, at) + 1 : step != 0 ? 1 : 0;
    setI32(this.seen, at, seen);
    setI32(this.page, at, page);
    setI32(this.line, at, line);
    setI32(this.step, at, step);
    return seen >= confident ? step : 0;
  }
}

export function newStrides(): Strides {
  const s = changetype<Strides>(scratch(offsetof<Strides>()));
  s.page = i32s(pages);
  memory.fill(s.page, 0xff, pages << 2);
  s.line = i32s(pages);
  s.step = i32s(pages);
  s.seen = i32s(pages);
  s.used = i32s(pages);
  s.clock = i32s(1);
  return s;
}
