/**
 * AT&T syntax as the GNU disassembler of binutils 2.40 writes it, to the letter: sources before destinations,
 * a size suffix where no register tells the size, prefixes that mean nothing spelled out.
 *
 * Everything follows from the row's form and the bytes; the tables below hold only names that AT&T syntax changes.
 */
import type { ImmOperand, Insn, MemOperand, Operand } from '../row.js';
import { From, Pp, Space, type Form } from './form.js';
import { layoutOf, type Layout } from './layout.js';
import { ccNames } from './lift.js';
import { regName } from './operands.js';
import { allRows, formOf } from './table.js';

/** What stands behind an address in angle brackets, without them (`main+0x4`), or undefined. */
export type GnuSymbol = (address: bigint) => string | undefined;

export function printGnu(insn: Insn, symbol?: GnuSymbol): string {
  const form = formOf(insn.row);
  const lay = layoutOf(insn, form);
  const printer = new Printer(insn, form, lay, symbol);
  const { name, operands } = printer.parts();
  const head = [...printer.prefixes(), ...(printer.likeVex() ? ['{evex}'] : []), name].join(' ');
  const text = operands.length === 0 ? head : `${head.padEnd(6)} ${operands.join(',')}`;
  return text + printer.comment();
}

const hex = (v: bigint, bits = 64): string => `0x${BigInt.asUintN(bits, v).toString(16)}`;
const signedHex = (v: bigint): string => (v < 0n ? `-0x${(-v).toString(16)}` : `0x${v.toString(16)}`);
const letter: Record<number, string> = { 8: 'b', 16: 'w', 32: 'l', 64: 'q' };

const names: Record<string, string> = {
  cbw: 'cbtw', cwde: 'cwtl', cdqe: 'cltq', cwd: 'cwtd', cdq: 'cltd', cqo: 'cqto', retf: 'lret', pushfq: 'pushf', popfq: 'popf', xlatb: 'xlat', pushf: 'pushfw', popf: 'popfw',
  iretd: 'iret', sysret: 'sysretl', sysexit: 'sysexitl', fneni: 'fneni(8087 only)', fndisi: 'fndisi(8087 only)', fnsetpm: 'fnsetpm(287 only)', int1: 'int1', jecxz: 'jecxz',
};

/** Integer instructions that take a suffix when only memory and immediates are given. */
const suffixed = new Set('add or adc sbb and sub xor cmp test mov inc dec neg not mul imul div idiv rol ror rcl rcr shl sal shr sar bt bts btr btc'.split(' '));
const conditional = new Set([...ccNames.map((cc) => `j${cc}`), 'jrcxz', 'jecxz', 'loop', 'loope', 'loopne']);
/** Operands that no row spells, shown all the same. */
const impliedOperands: Record<string, string[]> = { xlatb: ['%ds:(%rbx)'], monitor: ['%rax', '%ecx', '%edx'], mwait: ['%eax', '%ecx'] };
const strings = new Set(['movs', 'cmps', 'ins', 'outs']);
const stringsRegister = new Set(['stos', 'lods', 'scas']);

const compare = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord', 'eq_uq', 'nge', 'ngt', 'false', 'neq_oq', 'ge', 'gt', 'true',
  'eq_os', 'lt_oq', 'le_oq', 'unord_s', 'neq_us', 'nlt_uq', 'nle_uq', 'ord_s', 'eq_us', 'nge_uq', 'ngt_uq', 'false_os', 'neq_os', 'ge_oq', 'gt_oq', 'true_us'];
const compareInt = ['eq', 'lt', 'le', '', 'neq', 'nlt', 'nle', ''];
const carryless: Record<number, string> = { 0: 'lql', 1: 'hql', 2: 'lqh', 3: 'hqh', 16: 'lqh', 17: 'hqh' };

/** EVEX instructions that stay unmarked although VEX has them. */
const unmarked = new Set(['vpsravd', 'vpsrlvd', 'vpsrlvq', 'vpsllvd', 'vpsllvq', 'vpdpbusd', 'vpdpbusds', 'vpdpwssd', 'vpdpwssds']);

let vexByName: Map<string, Form[]> | undefined;
function vexForms(name: string): readonly Form[] {
  if (!vexByName) {
    vexByName = new Map();
    for (const row of allRows()) {
      if (!row.encoding.startsWith('VEX')) continue;
      const form = formOf(row);
      const list = vexByName.get(form.name);
      if (list) list.push(form);
      else vexByName.set(form.name, [form]);
    }
  }
  return vexByName.get(name) ?? [];
}

class Printer {
  constructor(
    private readonly insn: Insn,
    private readonly form: Form,
    private readonly lay: Layout,
    private readonly symbol: GnuSymbol | undefined,
  ) {}

  private get memory(): MemOperand | undefined {
    return this.insn.ops.find((o): o is MemOperand => o.kind === 'mem');
  }

  /** Mnemonic, and operands in AT&T order. */
  parts(): { name: string; operands: string[] } {
    const { insn, form, lay } = this;
    const alias = this.alias();
    if (form.name === 'nop' && form.opcode === 0x90 && lay.prefixes.includes(0x66)) return { name: 'xchg', operands: ['%ax', '%ax'] };
    let ops = [...insn.ops];
    if (alias?.drop) ops = ops.filter((o) => o.kind !== 'imm');
    if (form.name === 'nop') ops.length = Math.min(ops.length, 1); // the register field says nothing
    const implied = impliedOperands[form.name];
    if (implied) return { name: names[form.name] ?? form.name, operands: implied };
    if (form.name === 'enter') return { name: 'enter', operands: ops.map((o) => this.operand(o, false)) };
    const fixedOne = form.operands.some((o) => o.from === From.Fixed && o.fixed?.kind === 'imm');
    if (fixedOne) ops.pop(); // shift by one, INT 3
    const texts = ops.map((o, i) => this.operand(o, form.operands[i]!.from === From.Fixed));
    if (form.name === 'xchg' && form.plus) texts.reverse();
    if (form.space === Space.Evex) {
      this.decorate(texts);
      if (lay.b && lay.modrm >= 0xc0) {
        const behind = ops.at(-1)!.kind === 'imm' || form.operands.at(-1)!.file === 'gpr' ? 1 : 0; // an immediate or a general register comes first
        texts.splice(texts.length - behind, 0, this.rounding());
      }
    }
    return { name: alias?.name ?? this.mnemonic(), operands: texts.reverse() };
  }

  /** Comparisons and carry-less products whose immediate is part of the name. */
  private alias(): { name: string; drop: boolean } | undefined {
    const { insn, form } = this;
    const imm = insn.ops.at(-1);
    if (imm?.kind !== 'imm') return undefined;
    const n = Number(imm.value);
    const vex = form.space !== Space.Legacy;
    const float = /^(v?cmp)(ps|pd|ss|sd)$/.exec(form.name);
    if (float && n < (vex ? 32 : 8)) return { name: float[1]! + compare[n]! + float[2]!, drop: true };
    const int = /^vpcmp(u?)([bwdq])$/.exec(form.name);
    if (int && n < 8 && compareInt[n]) return { name: `vpcmp${compareInt[n]!}${int[1]!}${int[2]!}`, drop: true };
    if (/^v?pclmulqdq$/.test(form.name) && carryless[n]) return { name: form.name.replace('qdq', `${carryless[n]!}qdq`), drop: true };
    return undefined;
  }

  private mnemonic(): string {
    const { insn, form, lay } = this;
    const own = insn.row.gnu ?? names[form.name] ?? form.name;
    const mem = this.memory;
    switch (form.name) {
      case 'movzx': return `movz${this.sizes(1)}${this.sizes(0)}`;
      case 'movsx': return `movs${this.sizes(1)}${this.sizes(0)}`;
      case 'movsxd': return form.size === 64 ? 'movslq' : 'movsxd';
      case 'fsub': case 'fsubr': case 'fdiv': case 'fdivr': case 'fsubp': case 'fsubrp': case 'fdivp': case 'fdivrp':
        // AT&T syntax has the two directions swapped when the destination is not the top of stack
        if (!mem && form.operands[1]!.from === From.Fixed) return own.includes('r') ? own.replace('r', '') : own.replace(/^(fsub|fdiv)/, '$1r');
        break;
      case 'fnstenv': case 'fldenv': case 'fnsave': case 'frstor': return form.size === 16 ? `${own}s` : own;
      case 'vpdpbusd': case 'vpdpbusds': case 'vpdpwssd': case 'vpdpwssds': return form.space === Space.Vex ? `{vex} ${own}` : own;
      case 'crc32': return mem ? own + letter[mem.bits]! : own;
      case 'pcmpestri': case 'pcmpestrm': return lay.rex & 8 ? `${own}q` : own;
      case 'ptwrite': return own + (mem ? letter[mem.bits]! : '');
      case 'loop': case 'loope': case 'loopne': return own + (form.addr32 ? 'l' : '') + this.branchHint();
      case 'int': return form.operands[0]!.from === From.Fixed ? 'int3' : 'int';
      case 'mov': if (form.trailing === 8 || (form.operands.some((o) => o.from === From.Moffs) && !mem!.addr32)) return 'movabs'; break;
      case 'nop': return mem ? own + letter[form.size]! : own;
      case 'push': case 'pop': if (form.size === 16 && (mem || insn.ops[0]!.kind === 'imm')) return `${own}w`; return own;
      case 'cvtsi2sd': case 'cvtsi2ss': case 'vcvtsi2sd': case 'vcvtsi2ss': case 'vcvtusi2sd': case 'vcvtusi2ss':
        return mem ? own + letter[mem.bits]! : own;
      case 'vcvtpd2ps': case 'vcvtpd2dq': case 'vcvttpd2dq': case 'vcvtpd2udq': case 'vcvttpd2udq': case 'vcvtqq2ps': case 'vcvtuqq2ps':
        return mem && !lay.b && form.l < 2 ? own + (form.l === 1 ? 'y' : 'x') : own;
      case 'vfpclassps': case 'vfpclasspd': return mem && !lay.b ? own + 'xyz'[form.l]! : own;
      case 'leave': case 'iret': case 'enter': case 'lcall': case 'ljmp': return form.size === 16 ? `${own}w` : own;
      case 'ret': return lay.prefixes.includes(0x66) ? 'retw' : own;
      case 'retf': return form.w === 1 ? 'lretq' : form.size === 16 ? 'lretw' : own;
    }
    if (strings.has(form.name)) return own + letter[mem!.bits]!;
    if (form.name.startsWith('f') && mem && form.map === 0) return own + this.x87Suffix(mem.bits);
    const register = insn.ops.some((o, i) => o.kind === 'reg' && (form.operands[i]!.from !== From.Fixed || o.file === 'seg'));
    if (mem && !register && suffixed.has(form.name) && lay.modrmAt >= 0) return own + letter[mem.bits]!;
    return own + this.branchHint();
  }

  private sizes(i: number): string {
    return letter[this.insn.ops[i]!.bits]!;
  }

  private x87Suffix(bits: number): string {
    const text = this.insn.row.form;
    if (text.endsWith('fp')) return bits === 32 ? 's' : bits === 64 ? 'l' : 't';
    if (text.endsWith('int')) return bits === 16 ? 's' : bits === 32 ? 'l' : 'll';
    return '';
  }

  /** Static branch hints: 2E not taken, 3E taken. */
  private branchHint(): string {
    if (!conditional.has(this.form.name)) return '';
    for (let i = this.lay.prefixes.length - 1; i >= 0; i--) {
      if (this.lay.prefixes[i] === 0x2e) return ',pn';
      if (this.lay.prefixes[i] === 0x3e) return ',pt';
    }
    return '';
  }

  /** EVEX: opmask and broadcast on the operands they apply to. `texts` in the manual's order. */
  private decorate(texts: string[]): void {
    const { insn, form, lay } = this;
    const i = insn.ops.findIndex((o) => o.kind === 'mem');
    if (lay.b && i >= 0) {
      const element = form.operands[i]!.broadcast;
      const all = Math.max(form.operands[i]!.memBits, element);
      texts[i] += `{1to${all / element}}`;
    }
    if (lay.mask) texts[0] += `{%k${lay.mask}}`;
    if (lay.zero) texts[0] += '{z}';
  }

  private rounding(): string {
    return this.form.rounding ? `{${['rn', 'rd', 'ru', 'rz'][this.lay.length]}-sae}` : '{sae}';
  }

  private operand(op: Operand, fixed: boolean): string {
    const { form } = this;
    switch (op.kind) {
      case 'reg': {
        if (op.file === 'st') return fixed ? '%st' : `%st(${op.index})`;
        if ((form.name === 'in' || form.name === 'out' || form.name === 'ins' || form.name === 'outs') && op.index === 2) return '(%dx)';
        const star = this.indirect ? '*' : '';
        return `${star}%${op.file === 'dr' ? `db${op.index}` : regName(op)}`;
      }
      case 'imm': return `$${this.immediate(op)}`;
      case 'rel': return this.target(op.target as bigint);
      case 'mem': return (this.indirect ? '*' : '') + this.address(op);
    }
  }

  private get indirect(): boolean {
    const { name } = this.form;
    return (name === 'call' || name === 'jmp' || name === 'lcall' || name === 'ljmp') && this.insn.ops[0]!.kind !== 'rel';
  }

  private target(address: bigint): string {
    const at = this.symbol?.(address);
    return at === undefined ? hex(address) : `${address.toString(16)} <${at}>`;
  }

  /** Immediates appear at the width of the operation. */
  private immediate(op: ImmOperand): string {
    const { form, insn } = this;
    const value = op.value as bigint;
    if (!form.signedImm) return hex(value, op.bits);
    const dst = insn.ops[0]!;
    const bits = dst.kind === 'imm' ? (form.size || 64) : form.size || dst.bits || 8;
    return hex(value, bits);
  }

  private address(op: MemOperand): string {
    const { lay, form } = this;
    const disp = op.disp as bigint;
    const string = form.operands.some((o) => o.from === From.Source || o.from === From.Destination);
    if (string) return `%${op.base!.index === 7 ? 'es' : (op.seg === 'fs' || op.seg === 'gs' ? op.seg : 'ds')}:(%${regName(op.base!)})`;
    const seg = op.seg === 'fs' || op.seg === 'gs' ? `%${op.seg}:` : '';
    if (op.rip) {
      const d = BigInt.asIntN(64, disp - BigInt(this.insn.pc) - BigInt(this.insn.length));
      return `${seg}${signedHex(BigInt.asIntN(32, d))}(%${op.addr32 ? 'eip' : 'rip'})`;
    }
    const scaled = lay.sib >= 0 && lay.sib >> 6 !== 0;
    const phantom = lay.sib >= 0 && !op.index && (scaled || (op.base ? (op.base.index & 7) !== 4 : op.addr32));
    if (!op.base && !op.index && !phantom) return seg + hex(disp, op.addr32 && lay.modrmAt < 0 ? 32 : 64);
    const shown = lay.dispBytes > 0 || !op.base ? signedHex(disp) : '';
    const base = op.base ? `%${regName(op.base)}` : '';
    const index = op.index ? `%${regName(op.index)}` : phantom ? (op.addr32 ? '%eiz' : '%riz') : '';
    return `${seg}${shown}(${base}${index ? `,${index},${op.scale}` : ''})`;
  }

  /** The address that a rip-relative operand means, behind the instruction. */
  comment(): string {
    const mem = this.memory;
    return mem?.rip ? `        # ${this.target(BigInt.asUintN(64, mem.disp as bigint))}` : '';
  }

  /** An EVEX encoding that VEX has as well is marked, or the assembler would take the shorter one. */
  likeVex(): boolean {
    const { insn, form, lay } = this;
    if (form.space !== Space.Evex || lay.mask || lay.zero || lay.b || form.l === 2) return false;
    if (lay.modrm >= 0xc0 && (insn.bytes[lay.modrmAt - 4]! & 0x40) === 0) return false; // the fifth bit of the register, used or not
    if (form.digit >= 0 && (insn.bytes[lay.modrmAt - 4]! & 0x90) !== 0x90) return false;
    const low = (r: { readonly index: number } | undefined): boolean => !r || r.index < 16;
    if (!insn.ops.every((o) => (o.kind === 'reg' ? low(o) : o.kind !== 'mem' || low(o.index)))) return false;
    return !unmarked.has(form.name) && vexForms(form.name).some((twin) =>
      twin.operands.length === form.operands.length && twin.operands.every((o, i) => {
        const op = insn.ops[i]!;
        return form.name === 'vpermpd' || (op.kind === 'mem' ? o.memBits >= 0 || /^vps(ll|rl|ra)/.test(form.name) : op.kind !== 'reg' || o.file === op.file);
      }));
  }

  /** Names of the prefixes that the rest of the text does not account for. */
  prefixes(): string[] {
    const { lay, form, insn } = this;
    const out: string[] = [];
    const list = lay.prefixes;
    const lastOf = (byte: number): number => list.lastIndexOf(byte);
    const used = new Set<number>();
    const repeat = form.pp === Pp.F3 ? 0xf3 : form.pp === Pp.F2 ? 0xf2 : 0;
    const isString = strings.has(form.name) || stringsRegister.has(form.name);
    if (repeat && !isString) used.add(lastOf(repeat));
    if (form.pp === Pp.P66 || (form.size === 16 && !this.wordOnly) || form.name === 'ret' || (form.opcode === 0x90 && form.name === 'nop')) used.add(lastOf(0x66));
    const mem = this.memory;
    const moffs = form.operands.some((o) => o.from === From.Moffs);
    if ((mem?.addr32 && !moffs) || form.addr32) used.add(lastOf(0x67));
    const segment = insn.ops.find((o): o is MemOperand => o.kind === 'mem' && o.seg !== undefined)?.seg;
    if (segment === 'fs' || segment === 'gs') used.add(lastOf(segment === 'fs' ? 0x64 : 0x65));
    else if (form.operands.some((o) => o.from === From.Source)) for (const byte of [0x26, 0x2e, 0x36, 0x3e]) used.add(lastOf(byte));
    const hinted = this.branchHint() !== '';
    list.forEach((byte, i) => {
      if (used.has(i) && i >= 0) return;
      if (hinted && (byte === 0x2e || byte === 0x3e)) return;
      const text = this.prefixName(byte, i);
      if (text) out.push(text);
    });
    return out;
  }

  private prefixName(byte: number, at: number): string {
    const { form, lay, insn } = this;
    const near = insn.ops[0]?.kind === 'rel' || form.name === 'call' || form.name === 'jmp' || form.name === 'ret';
    switch (byte) {
      case 0x66: return 'data16';
      case 0x67: return 'addr32';
      case 0xf0: return 'lock';
      case 0xf2: return near ? 'bnd' : 'repnz';
      case 0xf3: return form.name === 'movs' || form.name === 'stos' || form.name === 'lods' || form.name === 'ins' || form.name === 'outs' ? 'rep' : 'repz';
      case 0x26: return 'es';
      case 0x2e: return 'cs';
      case 0x36: return 'ss';
      case 0x3e: return this.indirect ? 'notrack' : 'ds';
      case 0x64: return 'fs';
      case 0x65: return 'gs';
      default: {
        const rex = at === lay.prefixes.length - 1 && byte === this.rexUsed() ? '' : 'rex';
        const bits = byte & 15;
        return rex && bits ? `${rex}.${bits & 8 ? 'W' : ''}${bits & 4 ? 'R' : ''}${bits & 2 ? 'X' : ''}${bits & 1 ? 'B' : ''}` : rex;
      }
    }
  }

  /** Segment moves and the like access 16 bits of memory whatever the prefixes say, so those are shown. */
  private get wordOnly(): boolean {
    if (!this.memory) return false;
    const { name } = this.form;
    return name === 'sldt' || name === 'str' || name === 'smsw' || (name === 'mov' && this.insn.ops.some((o) => o.kind === 'reg' && o.file === 'seg'));
  }

  /** The bits of REX that mean something here. */
  private rexUsed(): number {
    const { form, lay, insn } = this;
    let used = 0;
    if (form.w === 1 && !this.wordOnly && form.name !== 'lcall' && form.name !== 'ljmp') used |= 0x48;
    if (form.name === 'pcmpestri' || form.name === 'pcmpestrm') used |= 0x48;
    form.operands.forEach((o, i) => {
      const op = insn.ops[i]!;
      const extends_ = op.kind === 'reg' && op.file !== 'seg' && op.file !== 'mmx' && op.file !== 'st';
      if (o.from === From.Reg && extends_) used |= 0x44;
      if ((o.from === From.Rm || o.from === From.Opcode) && (op.kind === 'mem' || extends_)) used |= 0x41;
    });
    if (lay.sib >= 0) used |= 0x42;
    const rex = lay.rex;
    const bits = rex & used & 15;
    return bits || this.lowByte() ? 0x40 | bits : 0;
  }

  /** A register that exists only with REX: SPL, BPL, SIL, DIL. */
  private lowByte(): boolean {
    return this.insn.ops.some((o) => o.kind === 'reg' && o.file === 'gpr' && o.bits === 8 && !o.high && o.index >= 4);
  }
}
