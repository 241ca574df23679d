/** What the kernel pushes out of caches and TLBs when it is entered: its own lines and pages are not modeled, the room they take is. */

/** A set-associative array of anything. An index is set * stride + way. */
export interface Sets {
  readonly sets: number;
  readonly ways: number;
  readonly stride: number;
  isEmpty(index: number): boolean;
  age(index: number): number;
}

/**
 * Calls `leave` for what `count` others, spread evenly over the sets, would push out: the oldest of each set. Empty ways are taken first,
 * so that a second entry, which finds its own things, pushes nothing out. `leave` empties the way. Ages decide, whatever the policy.
 */
export function displace(array: Sets, count: number, leave: (index: number) => void): void {
  const visited = Math.min(count, array.sets);
  for (let i = 0; i < visited; i++) {
    const first = Math.floor((i * array.sets) / visited) * array.stride;
    let wanted = Math.floor(((i + 1) * count) / visited) - Math.floor((i * count) / visited);
    for (let way = first; way < first + array.ways; way++) if (array.isEmpty(way)) wanted--;
    for (; wanted > 0; wanted--) {
      const at = oldestOf(array, first);
      if (at < 0) break;
      leave(at);
    }
  }
}

function oldestOf(array: Sets, first: number): number {
  let best = -1;
  for (let i = first; i < first + array.ways; i++) {
    if (!array.isEmpty(i) && (best < 0 || array.age(i) > array.age(best))) best = i;
  }
  return best;
}
