/**
 * Cases made from rows: every operand form, all addressing modes, registers and memory that make the instruction
 * do something, and some that make it fault. Same row, seed and count, same cases.
 */
import type { Insn, MemOperand, Operand, RegOperand, Row } from '../../isa/row.js';
import { isFault } from '../../isa/isa.js';
import { decode } from '../../isa/x86/decode.js';
import { encodeInsn, isEncodeFailure } from '../../isa/x86/encode.js';
import { From, type Form, type OperandForm } from '../../isa/x86/form.js';
import { r16, r32, r64, r8, r8legacy, registers } from '../../isa/x86/operands.js';
import { GPR } from '../../isa/x86/regs.js';
import { formOf } from '../../isa/x86/table.js';
import { Random } from './random.js';
import { codeAt, codeBytes, dataAt, fsBase, gsBase, interesting, page, patchBytes, writableBytes, type Case, type Kind } from './state.js';

/** Why a row cannot be tried by itself, or undefined. */
export function untried(row: Row): string | undefined {
  if (!row.lift) return 'text only';
  const name = row.form.split(' ')[0]!;
  if (/^(SYSCALL|CPUID|RDTSC|RDTSCP|XGETBV)$/.test(name)) return 'depends on the machine';
  if (/^INT imm8/.test(row.form)) return 'not modelled';
  if (/^R(SQRT|CP)/.test(name)) return 'each processor has its own approximation';
  return undefined;
}

export function kindOf(row: Row): Kind {
  const f = formOf(row);
  if (f.map === 0 && f.opcode >= 0xd8 && f.opcode <= 0xdf) return 'x87';
  if (/FXSAVE|FXRSTOR|FNS|FLD|EMMS|\bmm\d?\b/.test(row.form)) return 'x87';
  return /(^|[^i])mm|MXCSR/.test(row.form) ? 'sse' : 'int';
}

/** What a case being made has settled on. */
class Draft {
  readonly set = new Map<number, bigint>();
  readonly patches: number[] = [];
  readonly words: [number, bigint][] = [];
  pc = 0;
  /** Of a string instruction: 32-bit addresses, and the segment of its source. */
  narrow = false;
  seg: 'fs' | 'gs' | undefined;
  /** Offset in the data region of the last operand placed. */
  at = 0;

  constructor(
    readonly r: Random,
    readonly form: Form,
  ) {}

  /** Registers free to hold an address: not yet given, and not part of another operand. */
  freeRegister(taken: ReadonlySet<number>, not: readonly number[] = []): number {
    for (;;) {
      const i = this.r.below(16);
      if (!taken.has(i) && !not.includes(i) && !this.set.has(i)) return i;
    }
  }
}

/** `count` cases of a row; fewer when some do not encode, none when another row takes the row's bytes. */
export function casesOf(row: Row, count: number, seed: number): Case[] {
  const r = new Random((BigInt(row.id + 1) << 32n) ^ BigInt(seed));
  const made: Case[] = [];
  for (let i = 0; made.length < count && i < 3 * count + 8; i++) {
    const c = makeCase(row, r, i);
    if (c) made.push(c);
  }
  return made;
}

function makeCase(row: Row, r: Random, n: number): Case | undefined {
  const form = formOf(row);
  const d = new Draft(r, form);
  const atPageEnd = r.below(4) === 0;
  d.pc = atPageEnd ? codeAt + codeBytes / 2 - 1 - r.below(15) : codeAt + 0x100 + r.below(0xe00);
  const taken = new Set<number>();
  const ops: Operand[] = new Array<Operand>(form.operands.length);
  const legacy = r.below(3) === 0; // the first eight registers only, which leaves room for AH to BH
  form.operands.forEach((o, i) => {
    const op = plainOperand(d, o, n, legacy, row);
    if (!op) return;
    ops[i] = op;
    if (op.kind === 'reg' && op.file === 'gpr') taken.add(op.index);
  });
  implicitState(d, row, taken);
  for (const [i, o] of form.operands.entries()) {
    if (ops[i]) continue;
    const op = o.from >= From.Source ? stringOperand(d, o) : memoryOperand(d, o, row, taken, legacy);
    if (!op) return undefined;
    ops[i] = op;
  }
  divisor(d, row, ops);
  if (!selector(d, row, ops)) return undefined;
  const lock = row.lock && ops[0]?.kind === 'mem' && r.below(5) === 0;
  const insn: Insn = { row, ops, pc: d.pc, length: 0, next: 0n, here: 0n, lock, rep: undefined, bytes: new Uint8Array() };
  const encoded = encodeInsn(insn, { wideDisp: r.below(4) === 0 });
  if (isEncodeFailure(encoded)) return undefined;
  const decoded = decode(encoded.bytes, 0, d.pc);
  if (isFault(decoded) || decoded.row !== row) return undefined;
  const target = ops.find((op) => op.kind === 'rel');
  if (target?.kind === 'rel' && insideOf(target.target as bigint, d.pc)) return undefined;
  return {
    form: row.form, code: encoded.bytes, pc: d.pc, kind: kindOf(row), seed: r.below(2 ** 31),
    set: [...d.set], patches: d.patches, words: d.words,
  };
}

const insideOf = (target: bigint, pc: number): boolean => target >= BigInt(pc) && target < BigInt(pc + 16);

/** An operand that is no memory; undefined where memory is wanted or the only choice. */
function plainOperand(d: Draft, o: OperandForm, n: number, legacy: boolean, row: Row): Operand | undefined {
  const { r } = d;
  switch (o.from) {
    case From.Fixed: return o.fixed;
    case From.Imm: {
      const level = row.form.startsWith('ENTER') && o.bits === 8; // nesting is not modelled
      return { kind: 'imm', bits: o.bits, value: level ? 0n : immediate(r, o.bits, d.form.signedImm) };
    }
    case From.Rel: return { kind: 'rel', bits: o.bits, target: BigInt(d.pc + displacement(r, o.bits, d.pc)) };
    case From.Moffs: case From.Source: case From.Destination: return undefined;
    case From.Rm: if (o.file === '' || (o.memBits >= 0 && n % 3 !== 0)) return undefined;
  }
  if (o.file === 'gpr') {
    const files = o.bits === 64 ? r64 : o.bits === 32 ? r32 : o.bits === 16 ? r16 : legacy ? r8legacy : r8;
    let op = files[r.below(legacy ? 8 : 16)]!;
    if (row.form.startsWith('CALL') && op.index === GPR.RSP) op = r64[GPR.RAX]!; // would push into its own target
    if (/^(CALL|JMP)/.test(row.form)) d.set.set(op.index, BigInt(codeTarget(r, d.pc)));
    return op;
  }
  const all = registers(o.file, o.bits);
  return all[r.below(o.file === 'xmm' || o.file === 'ymm' ? (legacy ? 8 : 16) : Math.min(8, all.length))];
}

function immediate(r: Random, bits: number, signed: boolean): bigint {
  const v = interesting(r);
  return signed ? BigInt.asIntN(bits, v) : BigInt.asUintN(bits, v);
}

/** Within the code region mostly, so that INT3 waits at the target; a long one may leave it. */
function displacement(r: Random, bits: number, pc: number): number {
  if (bits === 8) return r.pick([-1, 1]) * (30 + r.below(90));
  return r.below(8) === 0 ? 0x100000 + r.below(0x1000000) : codeTarget(r, pc) - pc;
}

function codeTarget(r: Random, pc: number): number {
  for (;;) {
    const t = codeAt + r.below(codeBytes);
    if (t < pc - 1 || t > pc + 16) return t;
  }
}

/** Where an operand lies: mostly in writable memory, at times across pages, at times where it faults. */
function place(r: Random, bytes: number, aligned: boolean): number {
  const span = Math.max(bytes, 1);
  const align = (a: number): number => (aligned ? a & ~15 : a);
  switch (r.below(24)) {
    case 0: case 1: return align(dataAt + page - r.below(span + 1)); // across two writable pages
    case 2: return align(dataAt + writableBytes - r.below(span + 1)); // into the read-only one
    case 3: return align(dataAt + writableBytes + r.below(page - span)); // read-only
    case 4: return align(dataAt + 3 * page - r.below(span + 1)); // into the inaccessible one
    case 5: return align(dataAt - r.below(span + 1)); // from below
    default: return align(dataAt + 64 + r.below(writableBytes - 192));
  }
}

/** A place for an access of `bytes`, with interesting contents around it. */
function placed(d: Draft, bytes: number, aligned = false): number {
  const at = place(d.r, bytes, aligned);
  d.at = at - dataAt;
  const offset = Math.min(Math.max(0, at - dataAt - 8), 3 * page - patchBytes);
  if (d.patches.length < 2) d.patches.push(offset);
  return at;
}

function stringOperand(d: Draft, o: OperandForm): MemOperand {
  const source = o.from === From.Source;
  const base = (d.narrow ? r32 : r64)[source ? GPR.RSI : GPR.RDI];
  return { kind: 'mem', bits: o.memBits, base, index: undefined, scale: 1, disp: 0n, seg: source ? d.seg : undefined, rip: false, addr32: d.narrow };
}

/** MXCSR with all exceptions masked; now and then a reserved bit, which is #GP. */
const mxcsrWord = (r: Random): bigint => 0x1f80n | (r.u64() & 0xe07fn) | (r.below(8) === 0 ? 1n << BigInt(18 + r.below(14)) : 0n);
/** The first word of an FXSAVE image: FCW, FSW, FTW; exceptions masked and none pending. */
const imageWord = (r: Random): bigint => 0x7fn | (BigInt(r.below(32)) << 8n) | ((r.u64() & 0x7f00n) << 16n) | (BigInt(r.below(256)) << 32n);

/** Control words that the model honours: all exceptions masked. */
function controlWord(row: Row, r: Random): bigint | undefined {
  const x87 = 0x7fn | (BigInt(r.below(32)) << 8n);
  const status = r.u64() & 0x7f00n;
  if (row.form.startsWith('LDMXCSR')) return mxcsrWord(r);
  if (row.form.startsWith('FLDCW')) return x87;
  if (/^(FLDENV|FRSTOR) m(28|108)/.test(row.form)) return x87 | (status << 32n);
  if (/^(FLDENV|FRSTOR) m(14|94)/.test(row.form)) return x87 | (status << 16n) | ((r.u64() & 0xffffn) << 32n);
  return undefined;
}

const fullBits = (r: Random): bigint => (r.below(2) ? r.u64() : BigInt(r.below(64)));

/** A memory operand in a random addressing mode, its registers set so that it lands on a chosen place. */
function memoryOperand(d: Draft, o: OperandForm, row: Row, taken: ReadonlySet<number>, legacy: boolean): MemOperand | undefined {
  const { r } = d;
  const bits = o.memBits;
  const noAccess = row.access.split(' ').includes('n');
  const wantsAlignment = bits === 128 && r.below(5) !== 0;
  let at = BigInt(placed(d, (o.memBits || 8) / 8, wantsAlignment || (bits >= 4096 && r.below(8) !== 0)));
  const offset = Number(at) - dataAt;
  const inside = (bytes: number): boolean => offset >= 0 && offset <= 3 * page - bytes;
  if (/^(CALL|JMP)/.test(row.form) && inside(8)) d.words.push([offset, BigInt(codeTarget(r, d.pc))]);
  const control = controlWord(row, r);
  if (control !== undefined) {
    if (!inside(8)) return undefined;
    d.words.push([offset, control]);
  }
  // an image's control words stand at its start and in bytes 24 to 31
  if (row.form.startsWith('FXRSTOR') && inside(512)) d.words.push([offset, imageWord(r)], [offset + 24, mxcsrWord(r) | (0xffffn << 32n)]);
  const bitOffset = /^BT.? r\/m\d+, r/.test(row.form) ? farBit(d, row, taken) : 0n;
  at -= bitOffset;
  const none = { kind: 'mem', bits, base: undefined, index: undefined, scale: 1, disp: 0n, seg: undefined, rip: false, addr32: false } as const;
  const mem: { -readonly [K in keyof MemOperand]: MemOperand[K] } = { ...none };
  if (r.below(16) === 0) {
    mem.seg = r.pick(['fs', 'gs'] as const);
    at -= BigInt(mem.seg === 'fs' ? fsBase : gsBase);
  } else if (r.below(16) === 0) mem.seg = r.pick(['es', 'cs', 'ss', 'ds'] as const);
  if (o.from === From.Moffs) return { ...mem, disp: BigInt.asIntN(64, at) };
  const low = at >= 0n && at < 0x80000000n;
  if (r.below(12) === 0 && low && bitOffset === 0n) mem.addr32 = true;
  const wild = r.below(60) === 0 && !noAccess && bitOffset === 0n; // an address no program can have
  const rsp = d.set.get(GPR.RSP);
  if (row.form.startsWith('POP ') && rsp !== undefined && low && r.below(3) === 0) {
    // RSP as the base counts as already moved
    mem.base = (mem.addr32 ? r32 : r64)[GPR.RSP];
    mem.disp = at - rsp - BigInt(bits / 8);
    return mem;
  }
  const disp = r.below(3) === 0 ? 0n : r.below(2) ? BigInt(r.below(256) - 128) : BigInt.asIntN(32, r.u64());
  const files = mem.addr32 ? r32 : r64;
  const top = legacy ? 8 : 16;
  const free = (not: readonly number[] = []): RegOperand => {
    for (;;) {
      const i = d.freeRegister(taken, not);
      if (i < top) return files[i]!;
    }
  };
  const give = (reg: RegOperand, v: bigint): void => {
    const value = mem.addr32 ? BigInt.asUintN(32, v) | (r.u64() << 32n) : wild ? v ^ (1n << BigInt(47 + r.below(17))) : v;
    d.set.set(reg.index, BigInt.asUintN(64, value));
  };
  switch (low && !wild ? r.below(8) : 2 + r.below(4)) {
    case 0:
      mem.rip = true;
      mem.disp = at;
      return mem;
    case 1:
      mem.disp = at;
      return mem;
    case 2: {
      mem.index = free([GPR.RSP]);
      mem.scale = r.pick([1, 2, 4, 8] as const);
      mem.disp = BigInt.asIntN(32, at) - BigInt(r.below(64) * mem.scale);
      if (mem.disp < -0x80000000n) return undefined;
      give(mem.index, (BigInt.asIntN(64, at) - mem.disp) / BigInt(mem.scale));
      return (BigInt.asIntN(64, at) - mem.disp) % BigInt(mem.scale) === 0n ? mem : undefined;
    }
    case 3: case 4: {
      mem.index = free([GPR.RSP]);
      const index = fullBits(r);
      d.set.set(mem.index.index, index);
      mem.base = free();
      mem.scale = r.pick([1, 2, 4, 8] as const);
      mem.disp = disp;
      give(mem.base, at - disp - index * BigInt(mem.scale));
      return mem;
    }
    default:
      mem.base = free();
      mem.disp = disp;
      give(mem.base, at - disp);
      return mem;
  }
}

/** For BT with a register offset into memory: sets the register, and says how many bytes away the word is. */
function farBit(d: Draft, row: Row, taken: ReadonlySet<number>): bigint {
  const w = formOf(row).operands[1]!.bits;
  const index = [...taken][0]!;
  const n = BigInt.asIntN(w, interesting(d.r) >> BigInt(d.r.below(w - 4)));
  d.set.set(index, (BigInt.asUintN(w, n) | (d.r.u64() << BigInt(w))) & 0xffffffffffffffffn);
  return (n >> BigInt(Math.log2(w))) * BigInt(w / 8);
}

/** Registers that the instruction uses without naming them. */
function implicitState(d: Draft, row: Row, taken: ReadonlySet<number>): void {
  const { r } = d;
  const name = row.form.replace(/^REP(N?E)? /, '').split(' ')[0]!;
  const give = (index: number, v: bigint): void => void (taken.has(index) && d.set.has(index) ? 0 : d.set.set(index, v));
  const repeats = row.form.startsWith('REP');
  if (/^(MOVS|STOS|LODS|CMPS|SCAS)$/.test(name) && !row.form.includes('mm')) {
    const width = formOf(row).operands.find((o) => o.from >= From.Source)!.memBits / 8;
    const count = repeats ? r.pick([0, 1, 2, 3, 7, 20, 150]) : 1;
    const si = placed(d, width * Math.max(1, count));
    // compares meet equal and unequal strings: half of them the same patch
    const good = si >= dataAt && si + width * (count + 2) <= dataAt + 3 * page;
    let di = placed(d, width * Math.max(1, count));
    if (name === 'CMPS' && good && r.below(2)) di = si + (r.below(3) ? 0 : width);
    if (name === 'CMPS' && !good) di = dataAt + page; // which of two faults comes first is the processor's secret
    d.narrow = r.below(6) === 0;
    if (!d.narrow && /X\d/.test(row.form) && r.below(6) === 0) d.seg = r.pick(['fs', 'gs'] as const);
    const from = BigInt(si) - (d.seg === 'fs' ? BigInt(fsBase) : d.seg === 'gs' ? BigInt(gsBase) : 0n);
    const junk = (): bigint => (d.narrow ? r.u64() << 32n : 0n);
    give(GPR.RSI, BigInt.asUintN(64, from | junk()));
    give(GPR.RDI, BigInt.asUintN(64, BigInt(di) | junk()));
    give(GPR.RCX, BigInt.asUintN(64, BigInt(count) | junk()));
    if (name === 'SCAS' && r.below(2)) give(GPR.RAX, r.pick([0n, 0xffffffffffffffffn]));
    return;
  }
  if (name.startsWith('MASKMOV')) give(GPR.RDI, BigInt(placed(d, 16)));
  if (name === 'XLATB') {
    const at = placed(d, 1);
    const al = r.u64();
    give(GPR.RAX, al);
    give(GPR.RBX, BigInt(at) - (al & 0xffn));
  }
  if (/^(PUSH|CALL|ENTER)/.test(name)) give(GPR.RSP, BigInt(placed(d, 8) + 8));
  if (/^(POP|RET)/.test(name)) {
    let at = placed(d, 8);
    // an image taken from the background could set TF
    if (name.startsWith('POPF') && at > dataAt + 3 * page - 8) at = dataAt + 3 * page;
    give(GPR.RSP, BigInt(at));
    const offset = at - dataAt;
    const inside = offset >= 0 && offset <= 3 * page - 8;
    if (name === 'RET' && inside) d.words.push([offset, BigInt(codeTarget(r, d.pc))]);
    if (name.startsWith('POPF') && inside) d.words.push([offset, (r.u64() & 0xd5n) | (r.u64() & 0xfffffffffffa0af7n & ~0x4100n)]);
  }
  if (name === 'MASKMOVDQU') give(GPR.RDI, BigInt(placed(d, 16)));
  if (name === 'LEAVE') give(GPR.RBP, BigInt(placed(d, 8)));
  if (/^(LOOP|JRCXZ|JECXZ)/.test(name)) give(GPR.RCX, r.pick([0n, 1n, 2n, 1n << 32n, (1n << 32n) + 1n, interesting(r)]));
  if (row.form.endsWith(', CL') && r.below(3)) give(GPR.RCX, (r.u64() & ~0x3fn) | BigInt(r.below(64)));
  if (name === 'CMPXCHG8B' || name === 'CMPXCHG16B') expectedPair(d, name === 'CMPXCHG8B');
}

/** Half of the comparisons should succeed: RDX:RAX zero, and memory with a zero word now and then. */
function expectedPair(d: Draft, narrow: boolean): void {
  if (d.r.below(2)) return;
  const junk = narrow ? d.r.u64() << 32n : 0n;
  d.set.set(GPR.RAX, BigInt.asUintN(64, junk));
  d.set.set(GPR.RDX, BigInt.asUintN(64, junk));
}

/** Division: quotients that fit, mostly. */
function divisor(d: Draft, row: Row, ops: readonly Operand[]): void {
  const { r } = d;
  if (/^I?DIV/.test(row.form) && r.below(4)) {
    const w = BigInt(ops[0]!.bits);
    const free = (i: number): boolean => !d.set.has(i) && !(ops[0]!.kind === 'reg' && ops[0]!.index === i);
    const low = interesting(r);
    if (w === 8n) {
      if (free(GPR.RAX)) d.set.set(GPR.RAX, (r.u64() & ~0xffffn) | (r.below(2) ? low & 0xffn : BigInt.asUintN(16, BigInt.asIntN(8, low))));
    } else if (free(GPR.RDX)) {
      d.set.set(GPR.RDX, r.pick([0n, 0n, 1n, 0xffffffffffffffffn, BigInt(r.below(100))]));
      if (r.below(2) && free(GPR.RAX)) d.set.set(GPR.RAX, low);
    }
  }
}

/** Loads of segment registers: only the value that is there is modelled. False: it could not be put there. */
function selector(d: Draft, row: Row, ops: readonly Operand[]): boolean {
  const m = /^MOV (DS|ES|SS), /.exec(row.form);
  if (!m) return true;
  const value = (d.r.u64() & ~0xffffn) | (m[1] === 'SS' ? 0x2bn : 0n);
  const src = ops[1]!;
  if (src.kind === 'reg') d.set.set(src.index, value);
  else if (d.at >= 0 && d.at <= 3 * page - 8) d.words.push([d.at, value]);
  else if (d.at > 3 * page - 8 && d.at < 3 * page - 1) return false;
  return true;
}
