/**
 * Lines on their way to a core. State changes when a request is made, data arrive later: until then other cores that want the line
 * must wait, which makes the turns of cores that fight over a line as long as its journeys.
 *
 * A small table, 4 places for each of 256 classes of lines; the place whose data arrive first is taken again. More than 4 lines of a class
 * in flight lose one, which then can be taken too early. Times are ticks.
 */
const classes = 256;
const places = 4;

export class InFlight {
  private readonly lines = new Int32Array(classes * places).fill(-1);
  private readonly cores = new Int32Array(classes * places);
  private readonly arrivals = new Float64Array(classes * places);
  /** The last arrival of all: most requests come later and need not look. */
  private readonly last = new Float64Array(1);

  get parts(): readonly (Int32Array | Float64Array)[] {
    return [this.lines, this.cores, this.arrivals, this.last];
  }

  /** `line` reaches `core` at the time `arrival`. */
  add(core: number, line: number, arrival: number): void {
    const { lines, arrivals } = this;
    const first = (line & (classes - 1)) * places;
    let at = first;
    for (let i = first; i < first + places; i++) {
      if (lines[i] === line) {
        at = i;
        break;
      }
      if (arrivals[i]! < arrivals[at]!) at = i;
    }
    lines[at] = line;
    this.cores[at] = core;
    arrivals[at] = arrival;
    if (arrival > this.last[0]!) this.last[0] = arrival;
  }

  /** When the line will have arrived somewhere, 0: it is not on its way. */
  busyUntil(line: number): number {
    const at = this.find(line);
    return at < 0 ? 0 : this.arrivals[at]!;
  }
  /** How long after `now` a request of `core` has to wait because the line is on its way to another. */
  wait(core: number, line: number, now: number): number {
    if (now >= this.last[0]!) return 0;
    const at = this.find(line);
    return at < 0 || this.cores[at] === core ? 0 : Math.max(0, this.arrivals[at]! - now);
  }
  /** How long after `now` the line reaches `core` itself. */
  arrival(core: number, line: number, now: number): number {
    if (now >= this.last[0]!) return 0;
    const at = this.find(line);
    return at < 0 || this.cores[at] !== core ? 0 : Math.max(0, this.arrivals[at]! - now);
  }

  private find(line: number): number {
    const first = (line & (classes - 1)) * places;
    for (let i = first; i < first + places; i++) if (this.lines[i] === line) return i;
    return -1;
  }
}
