/** Lines of assembly for every row of the table: operands of all kinds that the row's form admits, seeded. */
import type { Row } from '../../isa/row.js';
import { manualOrder } from '../../isa/x86/encode.js';
import { From, type OperandForm } from '../../isa/x86/form.js';
import { formOf } from '../../isa/x86/table.js';
import type { Random } from '../helpers/random.js';

const words = ['AX', 'CX', 'DX', 'BX', 'SP', 'BP', 'SI', 'DI', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15'];
const bytes = ['AL', 'CL', 'DL', 'BL', 'SPB', 'BPB', 'SIB', 'DIB', 'R8B', 'R9B', 'R10B', 'R11B', 'R12B', 'R13B', 'R14B', 'R15B', 'AH', 'CH', 'DH', 'BH'];
const segments = ['ES', 'CS', 'SS', 'DS', 'FS', 'GS'];

/** A line that the row's form describes, or undefined when the assembler's syntax has none (string operands, branches). */
export function lineFor(row: Row, random: Random): string | undefined {
  if (!/^[A-Z0-9]+$/.test(row.mnemonic)) return undefined;
  const form = formOf(row);
  if (form.operands.some((o) => o.from === From.Rel || o.from === From.Moffs)) return undefined;
  if (form.operands.some((o) => o.from >= From.Source)) return row.mnemonic;
  if (form.operands.some((o) => o.file === 'seg')) return undefined; // Go leaves the 66 prefix out where the manual has it
  const args = form.operands.map((o) => operand(o, form.signedImm, random));
  if (args.length === 1 && form.operands[0]!.memBits > 0 && /^F(MOV|ADD|SUB|MUL|DIV|COM)/.test(row.mnemonic)) args.splice(row.access.startsWith('w') ? 1 : 0, 0, 'F0');
  const line = `${row.mnemonic} ${manualOrder(row.mnemonic, args).join(', ')}`.trim();
  // Go encodes these wrongly: with a REX prefix AH is SPL, and without one SPL is AH; between MMX registers it takes the form of general ones.
  const wrong = /^MOVQ M\d, M\d/.test(line) || (/\b[ABCD]H\b/.test(line) && /\b(R\d|SP|BP|SI|DI)/.test(line)) || /^CRC32B (SP|BP|SI|DI),/.test(line);
  return wrong ? undefined : line;
}

function operand(o: OperandForm, signed: boolean, random: Random): string {
  if (o.from === From.Fixed && o.fixed?.kind === 'imm') return `$${String(o.fixed.value)}`;
  if (o.from === From.Imm) return `$${immediate(o.bits, signed, random)}`;
  if (o.memBits >= 0 && (o.file === '' || random.below(2) === 0)) return memory(o, random);
  return register(o, random);
}

function immediate(bits: number, signed: boolean, random: Random): string {
  const value = random.bits(random.pick([3, 7, bits]));
  return String(signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}

function register(o: OperandForm, random: Random): string {
  const fixed = o.fixed?.kind === 'reg' ? o.fixed.index : undefined;
  switch (o.file) {
    case 'gpr':
      if (fixed !== undefined) return (o.bits === 8 ? bytes : words)[fixed]!;
      return o.bits === 8 && random.below(2) === 0 ? random.pick(bytes) : random.pick(words);
    case 'seg': return segments[fixed ?? random.below(6)]!;
    case 'st': return `F${fixed ?? random.below(8)}`;
    case 'mmx': return `M${random.below(8)}`;
    case 'mask': return `K${1 + random.below(7)}`;
    case 'cr': return `CR${random.pick([0, 2, 3, 4])}`;
    case 'dr': return `DR${random.pick([0, 6, 7])}`;
    default: return `${{ xmm: 'X', ymm: 'Y', zmm: 'Z' }[o.file] ?? '?'}${fixed ?? random.below(16)}`;
  }
}

function memory(o: OperandForm, random: Random): string {
  const disp = random.pick(['', '', '8', '-128', '128', '-7', '0x12345', '-2147483648']);
  const base = random.pick(words);
  const index = o.vsib !== '' ? `${{ xmm: 'X', ymm: 'Y', zmm: 'Z' }[o.vsib]}${random.below(16)}` : random.pick(words.filter((w) => w !== 'SP'));
  const scale = random.pick([1, 2, 4, 8]);
  if (o.vsib !== '') return `${disp}(${base})(${index}*${scale})`;
  switch (random.below(5)) {
    case 0: return `${disp}(${base})(${index}*${scale})`;
    case 1: return `${disp}(${index}*${scale})`;
    case 2: return 'sym+8(SB)';
    default: return `${disp}(${base})`;
  }
}
