/**
 * What lies at an address of a running program: a global variable, an object on Go's heap, a variable on a goroutine's stack; and which field of it.
 */
import { locate, localsAt, type Local } from '../dwarf/locals.js';
import { partsAt, pathAt, type Part } from '../dwarf/path.js';
import type { Type } from '../dwarf/types.js';
import { SHF } from '../../../isa/abi/elf.js';
import type { PageTable } from '../../memory/ram.js';
import type { DebugInfo } from '../info.js';
import { memoryOf, threadOn } from '../thread.js';
import { parked } from '../unwind/goStep.js';
import { unwind, type Frame, type UnwindStart } from '../unwind/unwind.js';
import { isRuntime, type Kind } from './callers.js';
import type { Guest } from './guest.js';
import type { HeapObject, Objects } from './objects.js';

/** The runtime's ways to mallocgc: what it makes for itself is named by who calls them. */
const allocates = /^runtime\.(malloc\w*|newobject|newarray|makeslice\w*|growslice\w*|makechan\w*|makemap\w*|rawbyteslice|rawstring\w*)$/;

export interface Place {
  readonly kind: 'global' | 'heap' | 'stack' | 'other';
  /** The variable's name, or the object's type: `main.counters`, `main.Counter`. */
  readonly owner: string;
  /** Which part of it: `[3].x`; empty for all of it. */
  readonly path: string;
  /** Where the owner begins and ends. */
  readonly base: number;
  readonly bytes: number;
  /** The field: from the owner's first byte, and its size. */
  readonly offset: number;
  readonly size: number;
  /** The steps to it. */
  readonly parts: readonly Part[];
  /** Of a local, function and stack. What made an object of the heap: `siteOf(object.calls)`. */
  readonly madeAt: string;
  readonly object: HeapObject | undefined;
}

/** As it is shown: `main.counters[3].x`. */
export function nameOfPlace({ owner, path, offset }: Place): string {
  if (path === '') return offset > 0 ? `${owner}+0x${offset.toString(16)}` : owner;
  return path.startsWith('[') ? `${owner}${path}` : `${owner}.${path}`;
}

/** Which part of an object lies somewhere in it. */
type Inside = Pick<Place, 'owner' | 'path' | 'bytes' | 'offset' | 'size' | 'parts'>;

export class Places {
  private readonly dataSections: readonly { readonly addr: number; readonly size: number }[];
  /** What is known of addresses of globals, and of objects by how far from their first byte. */
  private readonly globals = new Map<number, Place | undefined>();
  private readonly inObjects = new Map<Kind, Map<number, Inside>>();
  /** By pc. */
  private readonly locals = new Map<number, readonly Local[]>();
  private readonly goTypes = new Map<number, { readonly type: Type | undefined; readonly name: string }>();
  private readonly allGs: number | undefined;
  private readonly gFromBase: number | undefined;

  constructor(
    private readonly info: DebugInfo,
    private readonly guest: Guest,
    private readonly heap: Objects | undefined,
  ) {
    this.dataSections = info.sections.list.filter((s) => (s.flags & SHF.EXECINSTR) === 0 && s.addr !== 0);
    this.gFromBase = info.gFromBase;
    this.allGs = info.variableNamed('runtime.allgs')?.address;
  }

  /** What `core` sees at an address. */
  at(core: number, space: PageTable, address: number): Place {
    return this.globalAt(address) ?? this.heapAt(core, address) ?? this.stackAt(core, space, address) ?? {
      kind: 'other', owner: '', path: '', base: address, bytes: 0, offset: 0, size: 8, parts: [], madeAt: '', object: undefined,
    };
  }

  private globalAt(address: number): Place | undefined {
    if (!this.dataSections.some((s) => address >= s.addr && address < s.addr + s.size)) return undefined;
    if (!this.globals.has(address)) this.globals.set(address, this.global(address));
    return this.globals.get(address);
  }
  private global(address: number): Place | undefined {
    const v = this.info.variableAt(address);
    if (v === undefined) return undefined;
    const symbol = v.type === undefined ? this.info.symbols.at(address) : undefined;
    return { kind: 'global', owner: v.name, base: address - v.offset, madeAt: '', object: undefined, ...fieldOf(v.type, v.offset, v.type?.size ?? (symbol ? symbol.end - symbol.start : 0)) };
  }

  private heapAt(core: number, address: number): Place | undefined {
    const object = this.heap?.at(address);
    if (object === undefined) return undefined;
    let known = this.inObjects.get(object.kind);
    if (known === undefined) this.inObjects.set(object.kind, (known = new Map()));
    const at = address - object.address;
    let inside = known.get(at);
    if (inside === undefined) known.set(at, (inside = this.inObject(core, object.kind, at)));
    return { kind: 'heap', base: object.address, madeAt: '', object, ...inside };
  }

  /** What lies at a distance from the beginning of such an object. */
  private inObject(core: number, { bytes, type: runtimeType, calls }: Kind, at: number): Inside {
    const channel = runtimeType === 0 && this.info.functionAt(calls[0]! - 1)?.name === 'runtime.makechan';
    const { type, name } = channel ? this.channel : this.goType(core, runtimeType);
    if (channel && type !== undefined && at >= type.size) return { owner: name, path: 'buffer', bytes, offset: at, size: 8, parts: [] };
    if (channel && type !== undefined) return { owner: name, ...fieldOf(type, at, bytes) };
    if (type === undefined || type.size === 0) return { owner: name, path: '', bytes, offset: at, size: 8, parts: [] };
    if (bytes < 2 * type.size) return { owner: name, ...fieldOf(type, at, bytes) };
    // several in a row, as slices have them
    const index = Math.floor(at / type.size);
    const inside = fieldOf(type, at % type.size, type.size);
    const path = `[${index}]${inside.path === '' || inside.path.startsWith('[') ? '' : '.'}${inside.path}`;
    return { owner: `[]${name}`, path, bytes, offset: index * type.size + inside.offset, size: inside.size, parts: inside.parts };
  }

  /** What makechan makes of bytes: a channel whose elements have no pointers, its buffer behind it. */
  private get channel(): { readonly type: Type | undefined; readonly name: string } {
    return { type: this.info.typeNamed('runtime.hchan'), name: 'runtime.hchan' };
  }

  /** The DWARF type of a runtime type, and its name, which stripped images have too. */
  private goType(core: number, address: number): { readonly type: Type | undefined; readonly name: string } {
    let known = this.goTypes.get(address);
    if (known === undefined) {
      const type = address === 0 ? undefined : this.info.typeByRuntimeType(address);
      this.goTypes.set(address, (known = { type, name: type?.name ?? (address === 0 ? 'bytes' : this.nameInMemory(core, address)) }));
    }
    return known;
  }

  /** Go, internal/abi/type.go: the offset of the name from the first type; the name has flags, its length and itself. Its page may not have been touched yet. */
  private nameInMemory(core: number, type: number): string {
    const memory = memoryOf(this.guest.machine, core);
    const first = this.info.go?.tables.types;
    const head = memory?.read(type, 44);
    if (memory === undefined || first === undefined || head === undefined) return '?';
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const starred = (view.getUint8(20) & 2) !== 0; // the name is that of a pointer to it
    let at = first + view.getInt32(40, true) + 1;
    let length = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = memory.read(at++, 1)?.[0] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const name = new TextDecoder().decode(memory.read(at, length) ?? new Uint8Array());
    return starred ? name.slice(1) : name;
  }

  /** The first call that is the program's own, as `main.main main.go:12`. */
  siteOf(calls: readonly number[]): string {
    const frames = calls.flatMap((back) => this.info.framesAt(back - 1));
    const frame = frames.find((f) => !isRuntime(f.name ?? '')) ?? frames.find((f) => !allocates.test(f.name ?? ''));
    if (frame === undefined) return '';
    return `${frame.name ?? '?'}${frame.place ? ` ${baseName(frame.place.file)}:${frame.place.line}` : ''}`;
  }

  // Stacks.

  private stackAt(core: number, space: PageTable, address: number): Place | undefined {
    if (this.info.go === undefined) return undefined;
    const g = this.ownerOf(core, space, address);
    if (g === undefined) return undefined;
    const goid = this.guest.word(space, g + (this.info.structOffset('runtime.g', 'goid') ?? 152)) ?? 0;
    const local = this.localAt(core, g, address);
    const stack = goid === 0 ? 'a thread\'s own stack' : `stack of goroutine ${goid}`;
    if (local === undefined) return { kind: 'stack', owner: stack, path: '', base: address, bytes: 0, offset: 0, size: 8, parts: [], madeAt: '', object: undefined };
    return { kind: 'stack', owner: local.name, base: local.base, madeAt: `${local.function}, ${stack}`, object: undefined, ...fieldOf(local.type, address - local.base, local.type?.size ?? 8) };
  }

  /** The g whose stack holds an address: the core's own first. */
  private ownerOf(core: number, space: PageTable, address: number): number | undefined {
    const { guest } = this;
    const holds = (g: number): boolean => g !== 0 && address >= (guest.word(space, g) ?? Infinity) && address < guest.stackEnd(space, g);
    const own = guest.g(core, space);
    if (holds(own)) return own;
    const [list, count] = this.allGs === undefined ? [] : [guest.word(space, this.allGs), guest.word(space, this.allGs + 8)];
    for (let i = 0; list !== undefined && i < (count ?? 0); i++) {
      const g = guest.word(space, list + 8 * i) ?? 0;
      if (holds(g)) return g;
    }
    return undefined;
  }

  private localAt(core: number, g: number, address: number): { readonly name: string; readonly base: number; readonly type: Type | undefined; readonly function: string } | undefined {
    const memory = memoryOf(this.guest.machine, core);
    const tables = this.info.unwindTables;
    if (memory === undefined || tables.layout === undefined) return undefined;
    for (const start of this.startsOf(core, g)) {
      for (const frame of unwind(tables, start, memory)) {
        if (frame.cfa !== undefined && address >= frame.cfa) continue;
        if (address < frame.sp) break;
        const local = this.localIn(frame, address, (at, bytes) => memory.read(at, bytes));
        if (local) return { ...local, function: this.info.framesAt(frame.lookup)[0]?.name ?? '?' };
        return undefined;
      }
    }
    return undefined;
  }

  /** Where unwinding g may begin: on a core that runs it, or where it was put aside. */
  private startsOf(core: number, g: number): UnwindStart[] {
    const { machine } = this.guest;
    const starts: UnwindStart[] = [];
    for (let i = 0; i < machine.config.cores; i++) {
      if (this.guest.tid(i) === 0 || this.guest.g(i, this.guest.space(i)) !== g) continue; // a look at all its registers takes longer
      const start = threadOn(machine, i, this.gFromBase);
      // the core that asks is in the middle of its block; under window timing its instruction has run when its accesses are looked at
      if (start?.g === g) starts.push(i === core && machine.config.timing !== 'window' ? { ...start, pc: machine.engine.pcOf(core) } : start);
    }
    const memory = memoryOf(machine, core);
    const { abi, layout } = this.info.unwindTables;
    const aside = memory && layout && parked({ abi, memory, layout }, g);
    if (starts.length === 0 && aside) starts.push(aside);
    return starts;
  }

  private localIn(frame: Frame, address: number, read: (at: number, bytes: number) => Uint8Array | undefined): { name: string; base: number; type: Type | undefined } | undefined {
    const context = { register: (n: number) => frame.registers.get(n), cfa: () => frame.cfa, read };
    let locals = this.locals.get(frame.lookup);
    if (locals === undefined) this.locals.set(frame.lookup, (locals = localsAt(this.info.functions, this.info.types, frame.lookup)));
    for (const local of locals) {
      const at = locate(this.info.functions, local, frame.lookup, context);
      if (at.kind === 'memory' && address >= at.address && address < at.address + (local.type?.size ?? 8)) return { name: local.name, base: at.address, type: local.type };
    }
    return undefined;
  }
}

export const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

/** The field of a value of `type` that has the byte at `at`. */
function fieldOf(type: Type | undefined, at: number, bytes: number): Pick<Place, 'path' | 'bytes' | 'offset' | 'size' | 'parts'> {
  const parts = type === undefined ? [] : partsAt(type, at);
  const last = parts.at(-1);
  if (type === undefined || last === undefined) return { path: '', bytes, offset: type !== undefined && at < type.size ? 0 : at, size: type?.size ?? 8, parts };
  return { path: pathAt(type, at), bytes, offset: last.offset, size: last.type.size, parts };
}
