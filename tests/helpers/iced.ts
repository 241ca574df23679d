/**
 * Length and validity of random bytes, ours against iced-x86. Both draw the line between valid and invalid where the
 * manuals do, so they must agree everywhere except on extensions that we do not claim.
 */
import iced from 'iced-x86';
import { isFault } from '../../isa/isa.js';
import { decode } from '../../isa/x86/decode.js';
import { hexOf } from './forms.js';
import { Random } from './random.js';

/** Byte strings of one opcode map: a prefix, then anything. */
export interface Mode {
  readonly name: string;
  prefix(r: Random): number[];
}

const legacy = [[], [0x66], [0xf2], [0xf3], [0x48], [0x66, 0x48], [0xf0], [0xf2, 0x48], [0xf3, 0x49], [0x41], [0x64], [0x67], [0x2e, 0x66]];
const before = (...opcode: number[]) => (r: Random): number[] => [...legacy[r.below(legacy.length)]!, ...opcode];

export const modes: readonly Mode[] = [
  { name: 'one-byte', prefix: before() },
  { name: '0F', prefix: before(0x0f) },
  { name: '0F38', prefix: before(0x0f, 0x38) },
  { name: '0F3A', prefix: before(0x0f, 0x3a) },
  { name: 'VEX C4', prefix: (r) => [0xc4, (r.below(8) << 5) | (1 + r.below(3))] },
  { name: 'VEX C5', prefix: () => [0xc5] },
  { name: 'EVEX', prefix: (r) => [0x62, (r.below(16) << 4) | (1 + r.below(3)), r.below(256) | 4] },
];

/**
 * What iced knows and we do not claim: AMD's 3DNow, XOP, SVM, SNP and permil2, VIA's, SGX, key locker, CET's relatives of
 * user interrupts and FRED, trust domains, VEX forms later than AVX-VNNI, AMX, and of AVX-512 ER, PF, 4FMAPS, FP16,
 * BF16 and VP2INTERSECT.
 */
const unclaimed = new RegExp(
  '^(D3NOW|XOP|Xstore|Xsha|Xcrypt|Montmul|Ccs_|Via_|Getsec|Encl|Pconfig|Lkgs|Clgi|Stgi|Invlpga|Invlpgb|Tlbsync|Vmsave|Vmload|Vmrun|Vmmcall|Vmgexit|Skinit|Psmash|Pvalidate|Rmp|Monitorx|Mwaitx|Rdpru|Mcommit|Clzero|' +
  'Pbndkb|Senduipi|Uiret|Testui|Clui|Stui|Wrmsr(ns|list)|Rdmsrlist|X(sus|res)ldtrk|Seam|Tdcall|Eret|Enqcmd|A(add|and|or|xor)_|Aes(enc|dec)(wide)?(128|256)kl|Encodekey|Loadiwkey|Hreset|Prefetchit|' +
  'Xbegin_rel16|' +
  'VEX_(Vpdp[bw][su]{2}d|Vpmadd52|Vpermil2|Vsm[34]|Vsha512|Cmp|Vcvtneps2bf16|Vcvtne[eo]|Vbcstne|T[dir cm]|Tile|Ldtile|Sttile|Tilezero|KNC)|' +
  'EVEX_(V(rcp28|rsqrt28|exp2|gather.*pf|scatter.*pf|4fm|4fnm|p4dpw|p2intersect|dpbf16|cvtne|[a-z0-9]*(sh|ph)_|[a-z0-9]*ph2|[a-z0-9]*sh2|f[a-z]*(ph|sh)_|cvt[a-z0-9]*(ph|sh|w|uw)_)|Vcvtu?dq2pd_.*_er|Vcvtu?si2sd_xmm_xmm_rm32_er|Vsm|Vp.*pf|V(gather|scatter)pf))', 'i');

const codeNames: string[] = [];
for (const [name, code] of Object.entries(iced.Code)) if (typeof code === 'number') codeNames[code] = name;

export interface Compared {
  readonly tried: number;
  readonly valid: number;
  readonly differences: readonly string[];
}

export function compareWithIced(mode: Mode, count: number, seed: number): Compared {
  const r = new Random(seed);
  const bytes = new Uint8Array(16);
  const words = new DataView(bytes.buffer);
  const differences: string[] = [];
  let valid = 0;
  for (let i = 0; i < count; i++) {
    words.setBigUint64(0, r.u64());
    words.setBigUint64(8, r.u64());
    bytes.set(mode.prefix(r));
    const ours = decode(bytes, 0, 0x1000);
    const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
    const theirs = decoder.decode();
    const { code, length } = theirs;
    theirs.free();
    decoder.free();
    const theirLength = code === iced.Code.INVALID ? 0 : length;
    const ourLength = isFault(ours) ? 0 : ours.length;
    if (theirLength) valid++;
    if (ourLength === theirLength || unclaimed.test(codeNames[code]!)) continue;
    differences.push(`${mode.name} ${hexOf(bytes)}: iced ${codeNames[code]} ${theirLength}, ours ${isFault(ours) ? ours : `${ours.row.form} ${ours.length}`}`);
  }
  return { tried: count, valid, differences };
}
