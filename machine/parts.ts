/**
 * Where the machine's parts meet: what a kernel is given, what it must offer, and what both need of
 * the engine. Classes that do the work satisfy these interfaces by shape.
 */
import type { AddressSpace } from './kernel/vm.js';
import type { Spaces } from './kernel/spaces.js';
import type { Config } from './config.js';
import type { Event, EventQueue } from './events.js';
import type { CoreState } from './core/context.js';
import type { Stop } from './exec/stop.js';
import type { Ram } from './memory/ram.js';
import type { HostLink } from './host.js';

/** What the kernel asks of the engine. */
export interface Cores {
  state(core: number): CoreState;
  setSpace(core: number, space: AddressSpace): void;
  /** Mappings of `count` pages from `vpn` on changed or lost rights: forget what is cached of them. */
  shootdown(space: AddressSpace, vpn: number, count: number): void;
  /** The kernel was entered on a core, or switches threads there: its lines and pages take the room of the program's. */
  displace(core: number, entry: 'call' | 'switch'): void;
}

/** What a kernel is given. */
export interface Parts {
  readonly config: Config;
  readonly ram: Ram;
  readonly cores: Cores;
  readonly events: EventQueue;
  /** All that comes from outside and goes there. */
  readonly host: HostLink;
  /** Time of the event or trap being handled, in ticks. */
  now(): number;
  /** Ends the run: the guest's own end, with the status that a shell would show. */
  exit(status: number): void;
  /** Ends the run: the machine cannot go on. One line that names what is missing or wrong. */
  stop(message: string): void;
  /** Frames, memory objects and address spaces; saved by the machine, not by the kernel. */
  readonly spaces: Spaces;
}

/** What the machine asks of a kernel. Everything it keeps is reached by save(). */
export interface KernelPort {
  /** Which kernel a snapshot belongs to. */
  readonly name: string;
  /** Loads the image as the first process. Throws ElfError. */
  exec(image: Uint8Array, argv: readonly string[], env: readonly string[], path: string): void;
  /** A core stopped for anything but its limit. */
  trap(core: number, stop: Stop): void;
  /** An event of the queue is due. */
  event(event: Event): void;
  /** True when the core has a task to run. An idle core that becomes busy starts at now(). */
  busy(core: number): boolean;
  /** True while some task waits for input from the host: the machine polls. */
  wantsInput(): boolean;
  /** Asks the host again on behalf of waiting tasks (HostLink.poll). */
  poll(): void;
  /** Why nothing can ever run again, when no core is busy, no event is due and no input is awaited. */
  deadlock(): string;
  /** Everything as plain data, for reading at once (it may be the live state): objects, arrays, numbers, bigints, strings, booleans, null, undefined, Uint8Array and other typed arrays, Map, Set. */
  save(): unknown;
  load(state: unknown): void;
}
