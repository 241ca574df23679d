/**
 * Go's heap: its spans by size class, how far the collector is, and what it aims at. Go, src/runtime/mheap.go, mgc.go and mgcpacer.go.
 */
import { columns } from './columns.js';
import type { Look } from './look.js';
import { Runtime } from './runtime.js';

const pageBytes = 8192;
const phases: readonly string[] = ['off', 'mark', 'mark termination'];
/** States of a span. */
const spanState = { dead: 0, inUse: 1, manual: 2 } as const;

export interface SpanClass {
  /** Bytes of an object; of class 0 each span is one object of its own size. */
  readonly objectBytes: number;
  /** Size class, and whether its objects hold no pointers. */
  readonly sizeClass: number;
  readonly noScan: boolean;
  readonly spans: number;
  readonly bytes: number;
  /** Objects that are allocated as far as their spans count them, and how many there is room for. */
  readonly objects: number;
  readonly capacity: number;
}

export interface HeapView {
  readonly phase: string;
  /** Cycles of the collector that have ended, and those that the program asked for. */
  readonly collections: number;
  readonly forced: number;
  readonly gcPercent: number | undefined;
  readonly memoryLimit: number | undefined;
  /** Bytes: live as the pacer counts, marked by the last cycle, and the size at which the next is to end. */
  readonly live: number | undefined;
  readonly marked: number | undefined;
  readonly goal: number | undefined;
  readonly classes: readonly SpanClass[];
  /** Of spans with objects, with stacks and the like, and those that are none. */
  readonly inUseBytes: number;
  readonly manualBytes: number;
  readonly spans: number;
}

/** Undefined where the image does not say where the heap's structures are. */
export function heapView(look: Look): HeapView | undefined {
  const runtime = new Runtime(look.info, look.memory);
  const heap = runtime.globalStructure('runtime.mheap_', 'runtime.mheap');
  const all = heap?.slice('allspans');
  if (heap === undefined || all === undefined) return undefined;
  const classes = new Map<number, SpanClass>();
  let [inUseBytes, manualBytes] = [0, 0];
  for (let i = 0; i < all.length; i++) {
    const at = runtime.pointer(all.at, i);
    if (at === undefined || at === 0) continue;
    const span = runtime.at('runtime.mspan', at);
    const state = span.number('state');
    const bytes = (span.number('npages') ?? 0) * pageBytes;
    if (state === spanState.manual) manualBytes += bytes;
    if (state !== spanState.inUse) continue;
    inUseBytes += bytes;
    const spanClass = span.number('spanclass') ?? 0;
    const before = classes.get(spanClass) ?? { objectBytes: 0, sizeClass: spanClass >> 1, noScan: (spanClass & 1) !== 0, spans: 0, bytes: 0, objects: 0, capacity: 0 };
    classes.set(spanClass, {
      ...before, objectBytes: spanClass >> 1 === 0 ? 0 : (span.number('elemsize') ?? 0), spans: before.spans + 1, bytes: before.bytes + bytes,
      objects: before.objects + (span.number('allocCount') ?? 0), capacity: before.capacity + (span.number('nelems') ?? 0),
    });
  }
  const controller = runtime.globalStructure('runtime.gcController', 'runtime.gcControllerState');
  const stats = runtime.globalStructure('runtime.memstats', 'runtime.mstats');
  return {
    phase: phases[runtime.globalNumber('runtime.gcphase', 4) ?? 0] ?? '?', collections: stats?.number('numgc') ?? 0, forced: stats?.number('numforcedgc') ?? 0,
    gcPercent: controller?.number('gcPercent'), memoryLimit: controller?.number('memoryLimit'), live: controller?.number('heapLive'), marked: controller?.number('heapMarked'),
    goal: controller?.oneOf('gcPercentHeapGoal', 'heapGoal'), classes: [...classes].sort((a, b) => a[0] - b[0]).map(([, c]) => c), inUseBytes, manualBytes, spans: all.length,
  };
}

const kib = (bytes: number | undefined): string => (bytes === undefined ? '?' : `${(bytes / 1024).toFixed(bytes % 1024 === 0 ? 0 : 1)} KiB`);

export function heapText(view: HeapView): string {
  const limit = view.memoryLimit === undefined || view.memoryLimit >= 2 ** 62 ? 'none' : kib(view.memoryLimit);
  const head = [
    `collector: ${view.phase}; ${view.collections} cycles done, ${view.forced} of them forced; GOGC ${view.gcPercent ?? '?'}, memory limit ${limit}`,
    `live ${kib(view.live)}, marked by the last cycle ${kib(view.marked)}, goal ${kib(view.goal)}`,
    `spans in use ${kib(view.inUseBytes)}, stacks and others ${kib(view.manualBytes)}, ${view.spans} spans known`,
  ];
  const rows = view.classes.map((c) => [
    `class ${c.sizeClass}${c.noScan ? ' noscan' : ''}`, c.objectBytes === 0 ? 'large' : String(c.objectBytes), String(c.spans), kib(c.bytes), `${c.objects}/${c.capacity}`,
  ]);
  return `${head.map((l) => `${l}\n`).join('')}${columns([['class', 'object bytes', 'spans', 'size', 'objects'], ...rows], [1, 2, 3, 4])}`;
}
