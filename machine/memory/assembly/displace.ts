/** What the kernel pushes out of a core's first level when it is entered: its own lines and pages are not modeled, the room they take is. */

/**
 * Has `owner` take out (`displaced`, which empties the way) what `count` others, spread evenly over the sets of `array`, would push out: the oldest of each set. Empty ways are
 * taken first, so that a second entry, which finds its own things, pushes nothing out. Ages decide, whatever the policy. An index is set * stride + way. `code`: what it is an array of.
 */
export function displace<Sets, Owner>(array: Sets, owner: Owner, count: i32, code: bool): void {
  const visited = min(count, array.sets);
  for (let i = 0; i < visited; i++) {
    const first = ((i * array.sets) / visited) * array.stride;
    let wanted = ((i + 1) * count) / visited - (i * count) / visited;
    for (let way = first; way < first + array.ways; way++) if (array.isEmpty(way)) wanted--;
    for (; wanted > 0; wanted--) {
      let oldest = -1;
      for (let way = first; way < first + array.ways; way++) if (!array.isEmpty(way) && (oldest < 0 || array.age(way) > array.age(oldest))) oldest = way;
      if (oldest < 0) break;
      owner.displaced(oldest, code);
    }
  }
}
