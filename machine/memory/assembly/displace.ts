/** What the kernel pushes out of a core's first level when it is entered: its own lines and pages are not modeled, the room they take is. */
import { Core } from './core';
import { SetArray } from './setArray';

/**
 * Takes out what `count` other lines, spread evenly over the sets, would push out: the oldest of each set. Empty ways are taken first,
 * so that a second entry, which finds its own things, pushes nothing out. Ages decide, whatever the policy.
 */
export function displaceLines(c: Core, array: SetArray, count: i32, code: bool): void {
  const visited = min(count, array.sets);
  for (let i = 0; i < visited; i++) {
    const first = ((i * array.sets) / visited) * array.stride;
    let wanted = ((i + 1) * count) / visited - (i * count) / visited;
    for (let way = first; way < first + array.ways; way++) if (array.isEmpty(way)) wanted--;
    for (; wanted > 0; wanted--) {
      let oldest = -1;
      for (let way = first; way < first + array.ways; way++) if (!array.isEmpty(way) && (oldest < 0 || array.age(way) > array.age(oldest))) oldest = way;
      if (oldest < 0) break;
      if (code) c.evictL1i(oldest);
      else c.evictL1d(oldest);
    }
  }
}
