/**
 * Tier 0 as WebAssembly, generated from kinds.
 *
 * One function `run(ctx, record)` holds a loop around a br_table over the record's op: an arm for each hot kind,
 * a few arms of its own for control, and one default arm that calls all other kinds through the table. Each of those is a small function
 * (ctx, record) -> Status; a module holds many.
 *
 * Rejected, with measurements in reference/engine-tier0.md: tail-call threading (1.3 to 3 times slower in V8 11.3); all
 * kinds in the one function (past about 300 V8's register allocator gives up, 20 to 30 % slower); a record pointer that
 * comes out of a call (merely having such an arm costs 20 %): cold records are two units long, always; a module per kind (0.3 ms each).
 *
 * Longer than other files: three targets (main function without and with interval timing, functions of cold kinds) must agree on locals, labels and ways out.
 */
import type { ConstRef, SlotRef, Trap } from '../../isa/ir.js';
import { engineCells } from '../core/context.js';
import { emitUnit, type Granule, type Target } from './emit.js';
import { Interval, profileBlock, tallyBlock, tellEnd, type IntervalLocals } from './interval.js';
import type { Flow, Kind } from './kind.js';
import { addressMask, coldUnits, costOffset, indexOffset, unitBytes, type Field, type Layout } from './layout.js';
import { longStep } from './longWays.js';
import { Code, ModuleWriter, type Label, type ValType } from './wasm.js';

/** What generated code returns. Below Limit only functions of cold kinds do, to the default arm. */
export const enum Status {
  /** On to the next record. */
  Next = 0,
  /** To the address in `engineCells.target`; as a return; as a call. */
  Jump = 1,
  Return = 2,
  CallTarget = 3,
  /** To the record in `engineCells.record`; as a call; as a conditional branch that fell through or was taken. */
  Link = 4,
  Call = 5,
  Fall = 6,
  Taken = 7,
  /** The budget is used up at a block's end. */
  Limit = 8,
  /** At a record that stands for code not decoded yet. */
  Stub = 9,
  /** The hash does not know `engineCells.target`. */
  Indirect = 10,
  /** The slow path or a helper has noted why. */
  Fault = 11,
  /** A stop record: what it means is in its first u16. */
  Stop = 12,
  /** Trap + position in `traps`. */
  Trap = 16,
}

export const traps: readonly Trap[] = ['syscall', 'divide', 'undefined', 'breakpoint', 'halt', 'protection', 'unimplemented', 'align'];

/** Arms of the main function that belong to no kind. Hot kinds follow; any larger op is the default arm. */
export const Arm = {
  /** Leaves with Status.Stub. */
  stub: 0,
  /** Continues at the record whose address is in `linkOffset`. */
  goto: 1,
  /** Ends a block whose last instruction falls through: charges it, then as goto. */
  end: 2,
  /** Leaves with Status.Stop. */
  stop: 3,
  /** The record `unknownRecord`: leaves with Status.Indirect. */
  unknown: 4,
  first: 5,
  cold: 0xffff,
} as const;
/** Of the link in goto and end records. */
export const linkOffset = 8;

/** Entries of the jump hash: {pc i64, record i32, space i32}, indexed by the pc's low bits. */
export const hashEntries = 65536;
export const hashBytes = 16;
/** Where it lies, in every memory: generated code is the same for all of them. */
export const hashAt = 4096;

/** With timing, a record that stands for whatever `engineCells.target` is when the hash does not know it; in every memory. */
export const unknownRecord = 64;

const CTX = 0;
const RECORD = 1;
const LEFT = 2;

interface Labels {
  exit: Label;
  limit: Label;
  fault: Label;
  loop: Label;
  /** Where blocks' ends meet: `next` is known, and that it was not foreseen (`mis`); `next` alone; and with `taken`; and with `target` only. */
  wrong: Label;
  flow: Label;
  branch: Label;
  indirect: Label;
}

/** What targets of arms and of cold functions share: holes are fields of the record. */
abstract class RecordTarget implements Target {
  readonly ctx = CTX;
  private readonly pool = new Map<ValType, number[]>();
  private readonly used = new Map<ValType, number>();

  constructor(
    readonly code: Code,
    private readonly writer: ModuleWriter,
    readonly granule: Granule,
    protected layout: Layout,
    protected flow: Flow | undefined = undefined,
  ) {}

  abstract beforeSlow(): void;
  abstract faultIf(): void;
  abstract trap(trap: Trap): void;
  abstract jumpTo(push: () => void): void;
  abstract jump(to: ConstRef): void;
  abstract branch(push: () => void, taken: ConstRef, fall: ConstRef): void;

  /** Locals are shared by all units of a function. */
  temp(ty: ValType): number {
    let list = this.pool.get(ty);
    if (!list) this.pool.set(ty, (list = []));
    const n = this.used.get(ty) ?? 0;
    this.used.set(ty, n + 1);
    return (list[n] ??= this.code.local(ty));
  }
  start(layout: Layout, flow?: Flow): void {
    this.layout = layout;
    this.flow = flow;
    this.used.clear();
  }

  protected field(param: number, role: Field['role']): Field {
    const f = this.layout.fields.find((f) => f.param === param && f.role === role);
    if (!f) throw new Error(`hole ${param} has no field`);
    return f;
  }

  slotAddress(slot: SlotRef): number {
    this.code.get(CTX);
    if (typeof slot === 'number') return slot;
    this.code.get(RECORD);
    this.code.mem('i32.load16_u', this.field(slot.param, 'value').offset);
    this.code.op('i32.add');
    return 0;
  }

  constant(ty: 'i32' | 'i64', value: ConstRef): void {
    if (typeof value === 'bigint') {
      if (ty === 'i32') this.code.i32(Number(BigInt.asIntN(32, value)));
      else this.code.i64(value);
      return;
    }
    const f = this.field(value.param, 'value');
    this.code.get(RECORD);
    if (f.bytes === 2) this.code.mem(`${ty}.load16_u`, f.offset);
    else if (ty === 'i64' && f.bytes === 4) this.code.mem('i64.load32_s', f.offset);
    else this.code.mem(`${ty}.load`, f.offset);
  }

  /** Pushes the address of the record that `to` stands for. */
  protected link(to: ConstRef): void {
    if (typeof to !== 'object') throw new Error('a branch to a fixed address in a template');
    this.code.get(RECORD);
    this.code.mem('i32.load', this.field(to.param, 'link').offset);
  }

  trapIf(trap: Trap): void {
    this.code.if();
    this.trap(trap);
    this.code.end();
  }

  import(name: string, params: readonly ValType[], results: readonly ValType[]): number {
    return this.writer.import(name, params, results);
  }
}

/** What is counted for reports: nothing; of each core (tally.ts); of each instruction, too (profile.ts). */
export type Counting = 'nothing' | 'cores' | 'instructions';

/** The main function, with labels for what all arms share. */
abstract class MainTarget extends RecordTarget {
  /** The import that is told of blocks' ends. */
  protected readonly told: number | undefined = undefined;

  constructor(
    code: Code,
    writer: ModuleWriter,
    granule: Granule,
    protected readonly locals: IntervalLocals & { readonly status: number },
    protected readonly labels: Labels,
    protected readonly counting: Counting,
  ) {
    super(code, writer, granule, { fields: [], units: 1 });
    if (counting === 'instructions') this.told = writer.import('told', ['i32', 'i32'], []);
  }

  beforeSlow(): void {
    const { code } = this;
    code.get(CTX), code.get(RECORD), code.mem('i32.store', engineCells.record);
    code.get(CTX), code.get(LEFT), code.mem('i64.store', engineCells.left);
  }
  faultIf(): void {
    this.code.brIf(this.labels.fault);
  }
  leave(status: number): void {
    this.code.i32(status);
    this.code.set(this.locals.status);
    this.code.br(this.labels.exit);
  }
  trap(trap: Trap): void {
    this.leave(Status.Trap + traps.indexOf(trap));
  }
  advance(units: number): void {
    this.code.get(RECORD);
    this.code.i32(units * unitBytes);
    this.code.op('i32.add');
    this.code.set(RECORD);
    this.code.br(this.labels.loop);
  }
  /** To the record that `push` gives, unless the budget is used up there. */
  go(push: () => void): void {
    push();
    this.code.set(RECORD);
    this.goes();
  }
  protected goes(): void {
    this.code.get(LEFT);
    this.code.i64(0n);
    this.code.op('i64.lt_s');
    this.code.brIf(this.labels.limit);
    this.code.br(this.labels.loop);
  }
  /** Ends a block whose last instruction falls through. */
  abstract end(push: () => void): void;
  /** Before and after all that generated code does. */
  enter(): void {}
  exit(): void {}
  /** Opens the labels that `ends` closes, but for `indirect`. */
  opens(): void {}
  /** From an arm that ended a block, with what it knows in locals. */
  abstract ends(): void;
  /** After a cold kind whose status says how control goes on. */
  abstract cold(): void;
}

/** Blocks cost what stands in their records. */
class StaticTarget extends MainTarget {
  /** left -= what the block costs. */
  charge(): void {
    if (this.counting !== 'nothing') tallyBlock(this.code, CTX, RECORD);
    if (this.told !== undefined) profileBlock(this.code, RECORD);
    this.code.get(LEFT);
    this.code.get(RECORD);
    this.code.mem('i64.load', costOffset);
    this.code.op('i64.sub');
    this.code.set(LEFT);
    if (this.granule.stamps) chargeStalls(this.code);
  }
  /** From the end of a block to the record that `push` gives. */
  private leaves(push: () => void): void {
    const { code, locals, told } = this;
    if (told === undefined) return this.go(push);
    push();
    code.set(locals.next);
    tellEnd(code, locals, () => code.get(locals.next), told);
    code.get(locals.next);
    code.set(RECORD);
    this.goes();
  }
  end(push: () => void): void {
    this.charge();
    this.leaves(push);
  }
  jumpTo(push: () => void): void {
    push();
    this.code.set(this.locals.target);
    this.charge();
    this.code.br(this.labels.indirect);
  }
  jump(to: ConstRef): void {
    this.charge();
    this.leaves(() => this.link(to));
  }
  branch(push: () => void, taken: ConstRef, fall: ConstRef): void {
    this.charge();
    this.leaves(() => {
      this.link(taken);
      this.link(fall);
      push();
      this.code.op('select');
    });
  }
  /** After a cold kind. */
  cold(): void {
    const { code } = this;
    this.charge();
    code.get(this.locals.status), code.i32(Status.Link), code.op('i32.ge_u');
    code.if();
    this.leaves(() => {
      code.get(CTX);
      code.mem('i32.load', engineCells.record);
    });
    code.end();
    code.get(CTX);
    code.mem('i64.load', engineCells.target);
    code.set(this.locals.target);
    code.br(this.labels.indirect);
  }
  ends(): void {
    lookUp(this, this.locals.target, () => {
      if (this.told !== undefined) tellEnd(this.code, this.locals, () => this.code.i32(unknownRecord), this.told);
      this.leave(Status.Indirect);
    }, (push) => this.leaves(push));
    this.code.op('unreachable');
  }
}

/** Blocks cost what stands in their records and behind them, and what the core's predictor and ready times make of it. */
class IntervalTarget extends MainTarget {
  readonly interval: Interval;
  constructor(code: Code, writer: ModuleWriter, granule: Granule, locals: IntervalLocals & { readonly status: number }, labels: Labels, counting: Counting) {
    super(code, writer, granule, locals, labels, counting);
    this.interval = new Interval(code, locals, writer.function('long', ['i32', 'i32', 'i32'], ['i32'], longStep(granule.stamps)), granule.stamps ? writer.import('fetched', ['i32'], ['i32']) : undefined, counting !== 'nothing', this.told);
  }
  private finishes(push: () => void): void {
    push();
    this.code.set(this.locals.next);
    this.code.br(this.labels.flow);
  }
  end(push: () => void): void {
    this.finishes(push);
  }
  jump(to: ConstRef): void {
    if (this.flow === 'call') this.interval.push();
    this.finishes(() => this.link(to));
  }
  jumpTo(push: () => void): void {
    push();
    this.code.set(this.locals.target);
    if (this.flow === 'return') this.interval.pop();
    else this.interval.indirect();
    if (this.flow === 'call') this.interval.push();
    this.code.br(this.labels.indirect);
  }
  branch(push: () => void, taken: ConstRef, fall: ConstRef): void {
    const select = (): void => {
      this.link(taken);
      this.link(fall);
      push();
      if (this.flow === 'branch') this.code.tee(this.locals.taken);
      this.code.op('select');
    };
    if (this.flow !== 'branch') return this.finishes(select);
    select();
    this.code.set(this.locals.next);
    this.code.br(this.labels.branch);
  }
  cold(): void {
    const { code, locals, labels, interval } = this;
    const when = (op: string, status: Status, then: () => void): void => {
      code.get(locals.status), code.i32(status), code.op(op), code.if();
      then();
      code.end();
    };
    when('i32.ge_u', Status.Link, () => {
      code.get(CTX), code.mem('i32.load', engineCells.record), code.set(locals.next);
      when('i32.ge_u', Status.Fall, () => {
        code.get(locals.status), code.i32(1), code.op('i32.and'), code.set(locals.taken);
        code.br(labels.branch);
      });
      when('i32.eq', Status.Call, () => interval.push());
      code.br(labels.flow);
    });
    code.get(CTX), code.mem('i64.load', engineCells.target), code.set(locals.target);
    when('i32.eq', Status.Return, () => {
      interval.pop();
      code.br(labels.indirect);
    });
    interval.indirect();
    when('i32.eq', Status.CallTarget, () => interval.push());
    code.br(labels.indirect);
  }
  override enter(): void {
    this.interval.enter();
  }
  override exit(): void {
    this.interval.leave();
  }
  override opens(): void {
    const { code, labels, interval } = this;
    labels.wrong = interval.opens();
    labels.flow = code.block();
    labels.branch = code.block();
  }
  ends(): void {
    const { code, locals, labels, interval } = this;
    const goes = (push: () => void): void => {
      push(), code.set(locals.next);
      code.get(locals.mis), code.brIf(labels.wrong);
      code.br(labels.flow);
    };
    lookUp(this, locals.target, () => goes(() => code.i32(unknownRecord)), goes);
    code.end(); // branch
    interval.direction(labels.wrong);
    code.end(); // flow
    interval.finish(labels.wrong, labels.limit, labels.loop);
  }
}

/** What the block's misses add to its time, in modes without ready times. */
function chargeStalls(code: Code): void {
  code.get(CTX), code.mem('i32.load', engineCells.stalled), code.if();
  code.get(LEFT), code.get(CTX), code.mem('i64.load32_u', engineCells.stalled), code.i64(24n), code.op('i64.shl'), code.op('i64.sub'), code.set(LEFT);
  code.get(CTX), code.i32(0), code.mem('i32.store', engineCells.stalled);
  code.end();
}

/** A kind as a function: it says by status where to go, and never charges. */
class ColdTarget extends RecordTarget {
  /** The default arm has stored all. */
  beforeSlow(): void {}
  private leave(status: number): void {
    this.code.i32(status);
    this.code.op('return');
  }
  faultIf(): void {
    this.code.if();
    this.leave(Status.Fault);
    this.code.end();
  }
  trap(trap: Trap): void {
    this.leave(Status.Trap + traps.indexOf(trap));
  }
  jumpTo(push: () => void): void {
    this.code.get(CTX);
    push();
    this.code.mem('i64.store', engineCells.target);
    this.leave(this.flow === 'return' ? Status.Return : this.flow === 'call' ? Status.CallTarget : Status.Jump);
  }
  private go(push: () => void): void {
    this.code.get(CTX);
    push();
    this.code.mem('i32.store', engineCells.record);
  }
  jump(to: ConstRef): void {
    this.go(() => this.link(to));
    this.leave(this.flow === 'call' ? Status.Call : Status.Link);
  }
  branch(push: () => void, taken: ConstRef, fall: ConstRef): void {
    const outcome = this.temp('i32');
    this.go(() => {
      this.link(taken);
      this.link(fall);
      push();
      this.code.tee(outcome);
      this.code.op('select');
    });
    if (this.flow !== 'branch') return this.leave(Status.Link);
    this.code.get(outcome);
    this.code.i32(Status.Fall);
    this.code.op('i32.or'); // Fall is even, Taken the next
    this.code.op('return');
  }
}

/** The module of the main function, exported as `run`, with an arm for each of `hot`. `interval`: with a core's timing at block ends. */
export function mainModule(hot: readonly Kind[], interval: boolean, granule: Granule, counting: Counting): Uint8Array {
  const writer = new ModuleWriter(true);
  writer.function('run', ['i32', 'i32'], ['i32'], mainFunction(writer, hot, interval, granule, counting));
  return writer.bytes();
}

/** A module of kinds as functions, exported by their index. `inTable`: it enters them in the table itself, the first at their first index. */
export function functionsModule(kinds: readonly Kind[], inTable: boolean, granule: Granule): Uint8Array {
  const writer = new ModuleWriter(inTable, inTable ? kinds[0]?.index : undefined);
  for (const kind of kinds) {
    const code = new Code(2);
    const t = new ColdTarget(code, writer, granule, kind.layout, kind.flow);
    emitUnit(kind.unit!, t);
    if (kind.exits) code.op('unreachable');
    else code.i32(Status.Next);
    writer.function(String(kind.index), ['i32', 'i32'], ['i32'], code);
  }
  return writer.bytes();
}

function mainFunction(writer: ModuleWriter, hot: readonly Kind[], interval: boolean, granule: Granule, counting: Counting): Code {
  const code = new Code(2, 65536);
  if (code.local('i64') !== LEFT) throw new Error('the budget is not the first local');
  const i32 = (): number => code.local('i32');
  const locals = { ctx: CTX, record: RECORD, left: LEFT, status: i32(), next: i32(), mis: i32(), taken: i32(), target: code.local('i64') };
  const labels: Labels = { exit: 0, limit: 0, fault: 0, loop: 0, wrong: 0, flow: 0, branch: 0, indirect: 0 };
  const t = new (interval ? IntervalTarget : StaticTarget)(code, writer, granule, locals, labels, counting);
  for (const address of [CTX, RECORD]) code.get(address), code.i32(addressMask), code.op('i32.and'), code.set(address);
  // the budget comes through memory: an i64 argument would be a bigint
  code.get(CTX), code.mem('i64.load', engineCells.left), code.set(LEFT);
  t.enter();
  labels.exit = code.block();
  labels.limit = code.block();
  labels.fault = code.block();
  labels.loop = code.loop();
  t.opens();
  labels.indirect = code.block();
  const cold = code.block();
  const arms: Label[] = [];
  for (let i = Arm.first + hot.length - 1; i >= 0; i--) arms[i] = code.block();
  code.get(RECORD);
  code.mem('i32.load16_u', 0);
  code.brTable(arms, cold);
  code.end();
  ownArms(t);
  for (const kind of hot) {
    t.start(kind.layout, kind.flow);
    emitUnit(kind.unit!, t);
    if (!kind.exits) t.advance(kind.layout.units);
    code.end();
  }
  coldArm(t, writer, locals.status, labels.exit);
  code.end(); // indirect
  t.ends();
  code.end(); // loop
  code.op('unreachable');
  code.end(); // fault
  t.leave(Status.Fault);
  code.end(); // limit
  code.i32(Status.Limit);
  code.set(locals.status);
  code.end(); // exit
  t.exit();
  code.get(CTX);
  code.get(RECORD);
  code.mem('i32.store', engineCells.record);
  code.get(CTX);
  code.get(LEFT);
  code.mem('i64.store', engineCells.left);
  code.get(locals.status);
  return code;
}

/** In the order of their numbers; each ends its label. */
function ownArms(t: MainTarget): void {
  const { code } = t;
  const link = (): void => {
    code.get(RECORD);
    code.mem('i32.load', linkOffset);
  };
  const arms: (() => void)[] = [];
  arms[Arm.stub] = () => t.leave(Status.Stub);
  arms[Arm.goto] = () => t.go(link);
  arms[Arm.end] = () => t.end(link);
  arms[Arm.stop] = () => t.leave(Status.Stop);
  arms[Arm.unknown] = () => t.leave(Status.Indirect);
  for (const arm of arms) {
    arm();
    code.end();
  }
}

/** Kinds that are functions. Record and budget are stored first: helpers ask for the time, which depends on both. */
function coldArm(t: MainTarget, writer: ModuleWriter, status: number, exit: Label): void {
  const { code } = t;
  code.get(CTX);
  code.get(RECORD);
  code.mem('i32.store', engineCells.record);
  code.get(CTX);
  code.get(LEFT);
  code.mem('i64.store', engineCells.left);
  code.get(CTX);
  code.get(RECORD);
  code.get(RECORD);
  code.mem('i32.load16_u', indexOffset);
  code.callIndirect(writer.type(['i32', 'i32'], ['i32']));
  code.tee(status);
  code.op('i32.eqz');
  code.if();
  t.advance(coldUnits);
  code.end();
  code.get(status);
  code.i32(Status.Limit);
  code.op('i32.ge_u');
  code.brIf(exit);
  t.cold();
}

/** From the address in `target` to its record, which `found` takes; `unknown` when the hash does not have it. Both leave. */
function lookUp(t: MainTarget, target: number, unknown: () => void, found: (push: () => void) => void): void {
  const { code } = t;
  t.start({ fields: [], units: 1 });
  const entry = t.temp('i32');
  code.get(target);
  code.op('i32.wrap_i64');
  code.i32(hashEntries - 1);
  code.op('i32.and');
  code.i32(Math.log2(hashBytes));
  code.op('i32.shl');
  code.tee(entry);
  code.mem('i64.load', hashAt);
  code.get(target);
  code.op('i64.eq');
  code.get(entry);
  code.mem('i32.load', hashAt + 12);
  code.get(CTX);
  code.mem('i32.load', engineCells.space);
  code.op('i32.eq');
  code.op('i32.and');
  code.if();
  found(() => {
    code.get(entry);
    code.mem('i32.load', hashAt + 8);
  });
  code.end();
  code.get(CTX);
  code.get(target);
  code.mem('i64.store', engineCells.target);
  unknown();
}
