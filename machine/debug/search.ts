/** Search in what is sorted. */

/** The first index from `from` up to `to` for which `beyond` holds, or `to`; from there on it holds for all. */
export function firstBeyond(from: number, to: number, beyond: (index: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (beyond(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}
