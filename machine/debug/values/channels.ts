/** Go's channels: what is in the buffer, and who waits. Go, src/runtime/chan.go: hchan, waitq, sudog. */
import { memoryPlace, within, wordIn } from './place.js';
import { fieldNamed, integerOf, pointee, type Surroundings, type Value } from './value.js';

export interface Channel {
  readonly length: number;
  readonly capacity: number;
  readonly closed: boolean;
  /** The next to be received first. */
  buffered(index: number): Value | undefined;
  /** Goroutines in the order in which they came. */
  readonly senders: readonly number[];
  readonly receivers: readonly number[];
}

/** A queue that is longer than this goes round in a circle. */
const longestQueue = 100_000;

/** Undefined for nil, a text where it cannot be read. */
export function channelOf(value: Value, around: Surroundings): Channel | undefined | string {
  const head = pointee(value, around.memory);
  if (typeof head === 'string') return head;
  if (head === undefined) return 'its layout is not known';
  if (head.place.address === 0) return undefined;
  const numbers = ['qcount', 'dataqsiz', 'closed', 'recvx'].map((name) => number(head, name));
  if (numbers.some((n) => typeof n === 'string')) return numbers.find((n) => typeof n === 'string') as string;
  const [length, capacity, closed, next] = numbers as number[];
  const element = value.type.go?.elem;
  const buffer = fieldNamed(head, 'buf');
  const at = buffer === undefined ? 'it has no buffer' : wordIn(buffer.place, 0);
  return {
    length: length!,
    capacity: capacity!,
    closed: closed !== 0,
    buffered: (index) => {
      if (element === undefined || typeof at === 'string') return undefined;
      return { type: element, place: within(memoryPlace(around.memory, at), ((next! + index) % capacity!) * element.size) };
    },
    senders: waiting(head, 'sendq', around),
    receivers: waiting(head, 'recvq', around),
  };
}

function number(value: Value, field: string): number | string {
  const found = fieldNamed(value, field);
  const read = found ? integerOf(found) : `its layout has no ${field}`;
  return typeof read === 'string' ? read : Number(read);
}

/** The goroutines of a queue: their ids as far as memory tells. */
function waiting(head: Value, queue: string, { info, memory }: Surroundings): number[] {
  const ids: number[] = [];
  const first = fieldNamed(head, `${queue}.first`);
  const sudog = info.typeNamed('runtime.sudog');
  const g = info.typeNamed('runtime.g');
  let at = first ? wordIn(first.place, 0) : 0;
  while (typeof at === 'number' && at !== 0 && sudog !== undefined && ids.length < longestQueue) {
    const one: Value = { type: sudog, place: memoryPlace(memory, at) };
    const owner = fieldNamed(one, 'g');
    const address = owner ? wordIn(owner.place, 0) : 0;
    const id = g && typeof address === 'number' && address !== 0 ? number({ type: g, place: memoryPlace(memory, address) }, 'goid') : 0;
    ids.push(typeof id === 'number' ? id : 0);
    const next = fieldNamed(one, 'next');
    at = next ? wordIn(next.place, 0) : 0;
  }
  return ids;
}
