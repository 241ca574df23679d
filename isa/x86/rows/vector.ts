/**
 * How the vector families are written down: one line a family, the length-dependent parts as letters, expanded
 * to a row for each vector length. In the instruction column
 *   X  the vector register (xmm, ymm, zmm)     M  memory of its length
 *   H, Mh  half of it; Q, Mq a quarter; O, Mo an eighth (registers: xmm at least)
 * and in the opcode column L stands for 128, 256 or 512.
 *
 * These rows have no lift: they decode, encode and print; executing one stops by name.
 */
import { x86, type RowDraft, type RowSpec } from '../notation.js';

const names = ['xmm', 'ymm', 'zmm'];

/** Expands the letters at vector length 128 << l. */
function expand(text: string, l: number): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const next = text[i + 1] ?? '';
    if (c === 'M' && (next === 'h' || next === 'q' || next === 'o')) {
      out += `m${(128 << l) >> (next === 'h' ? 1 : next === 'q' ? 2 : 3)}`;
      i++;
    } else if (c === 'M') out += `m${128 << l}`;
    else if (c === 'X') out += names[l]!;
    else if (c === 'H') out += names[Math.max(0, l - 1)]!;
    else if (c === 'Q') out += names[Math.max(0, l - 2)]!;
    else if (c === 'O') out += names[0]!;
    else out += c;
  }
  return out;
}

/** Rounding and exception suppression exist at full length and for scalars. */
const atLength = (text: string, l: number, scalar: boolean): string => (l === 2 || scalar ? text : text.replace(/ ?\{(er|sae)\}/, ''));

/** Fused and accumulating forms, gathers and two-source permutations also read their first operand; comparisons only read. */
const accumulates = /^V(FN?M(ADD|SUB)(SUB|ADD)?(132|213|231)|PDP|P?GATHER|PERM[IT]2|PMADD52|FIXUPIMM|PTERNLOG|DBPSADBW?$)/;
const compares = /^(VU?COMIS|VPTEST$|VTESTP|K(OR)?TEST)/;

/** What follows from the name and the operands: the first is written, the others read. */
function accesses(form: string, operands: string): RowSpec {
  const n = operands === '' ? 0 : operands.split(',').length;
  if (compares.test(form)) return { access: Array(n).fill('r').join(' '), flags: 'oszapc' };
  if (/^VPCMP[EI]STR/.test(form)) return { access: 'r r r', flags: 'oszapc', implicit: `${form[5] === 'E' ? 'RAX:r RDX:r ' : ''}${form.endsWith('M') ? 'XMM0:w' : 'RCX:w'}` };
  if (/MASKMOVDQU$/.test(form)) return { access: 'r r', implicit: 'RDI:r [RDI]/128:w' };
  if (form === 'VLDMXCSR') return { access: 'r' };
  return { access: [accumulates.test(form) ? 'rw' : 'w', ...Array<string>(Math.max(0, n - 1)).fill('r')].slice(0, n).join(' ') };
}

/** Rows of one family at the given lengths. `operands` and `encoding` as described above. */
export function family(mnemonic: string, operands: string, encoding: string, lengths: readonly number[], spec: RowSpec): RowDraft[] {
  const name = mnemonic.split(' ')[0]!;
  const form = mnemonic.split(' ')[1] ?? name;
  const scalar = encoding.includes('LIG');
  return lengths.map((l) => x86(name, `${form} ${atLength(expand(operands, l), l, scalar)}`.trim(), encoding.replace('EX.L.', `EX.${128 << l}.`), { ...accesses(form, operands), ...spec }));
}

/**
 * A table of families, a line each: `NAME [MANUALNAME] | operands | prefix.map.w opcode rest`. Lines that name
 * several mnemonics with opcodes in step are written `A:58 B:59 | operands | 0F.WIG * /r`.
 */
export function table(text: string, vex: 'VEX' | 'EVEX', lengths: readonly number[], spec: RowSpec): RowDraft[] {
  const rows: RowDraft[] = [];
  for (const line of text.split('\n')) {
    const parts = line.split('|');
    if (parts.length !== 3) continue;
    const operands = parts[1]!.trim();
    const code = parts[2]!.trim();
    const length = /^(128|256|512|LIG|L0|L1|LZ)\./.test(code) ? '' : 'L.';
    const at = length ? lengths : [lengthOf(code)];
    for (const item of parts[0]!.trim().split(/\s+/)) {
      const [name, opcode] = item.split(':');
      rows.push(...family(name!.replace('=', ' '), operands, `${vex}.${length}${code.replace('*', opcode ?? '*')}`, at, spec));
    }
  }
  return rows;
}

const lengthOf = (code: string): number => (code.startsWith('256') || code.startsWith('L1') ? 1 : code.startsWith('512') ? 2 : 0);
