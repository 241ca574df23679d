/**
 * Extensions beyond the default machine that are decoded for length and text: BMI1, BMI2, ADX, LZCNT, MOVBE, AES,
 * PCLMULQDQ, SHA, GFNI, RDRAND, RDSEED, XSAVE, TSX, CET, FSGSBASE and a few of the system's. SDM 2A to 2D.
 */
import { x86, type RowDraft, type RowSpec } from '../notation.js';

const sized = (name: string, make: (w: 32 | 64, s: string, rex: string) => [form: string, encoding: string], feature: string, spec: RowSpec = {}): RowDraft[] =>
  ([[32, 'L', ''], [64, 'Q', 'REX.W ']] as const).map(([w, s, rex]) => {
    const [form, encoding] = make(w, s, rex);
    return x86(name + s, form, encoding, { feature, ...spec });
  });

/** VEX-encoded general-purpose instructions. */
const vex = (name: string, operands: string, code: (w: string) => string, feature: string, spec: RowSpec = {}): RowDraft[] =>
  sized(name, (w) => [`${name} ${operands.replaceAll('*', String(w))}`, `VEX.LZ.${code(w === 64 ? 'W1' : 'W0')}`], feature, { access: operands.includes('b') || operands.includes('imm') ? 'w r r' : 'w r', ...spec });
const bitFlags: RowSpec = { flags: 'oszc u=ap' };

const aes = (name: string, opcode: string): RowDraft => x86(name, `${name} xmm1, xmm2/m128`, `66 0F 38 ${opcode} /r`, { access: opcode === 'DB' ? 'w r' : 'rw r', feature: 'AES', cls: 'aes' });
const sha = (name: string, opcode: string, more = ''): RowDraft => x86(name, `${name} xmm1, xmm2/m128${more}`, `NP 0F 38 ${opcode} /r`, { access: more ? 'rw r r' : 'rw r', feature: 'SHA', cls: 'sha' });
const save = (name: string, encoding: string): RowDraft[] => [
  x86(name, `${name} mem`, `NP ${encoding}`, { access: name.includes('RSTOR') ? 'r' : 'w', feature: 'XSAVE', cls: 'xsave' }),
  x86(`${name}64`, `${name}64 mem`, `NP REX.W + ${encoding}`, { access: name.includes('RSTOR') ? 'r' : 'w', feature: 'XSAVE', cls: 'xsave' }),
];

export const extRows: readonly RowDraft[] = [
  ...vex('ANDN', 'r*a, r*b, r/m*', (w) => `0F38.${w} F2 /r`, 'BMI1', bitFlags),
  ...vex('BEXTR', 'r*a, r/m*, r*b', (w) => `0F38.${w} F7 /r`, 'BMI1', bitFlags),
  ...vex('BLSR', 'r*, r/m*', (w) => `0F38.${w} F3 /1`, 'BMI1', bitFlags),
  ...vex('BLSMSK', 'r*, r/m*', (w) => `0F38.${w} F3 /2`, 'BMI1', bitFlags),
  ...vex('BLSI', 'r*, r/m*', (w) => `0F38.${w} F3 /3`, 'BMI1', bitFlags),
  ...vex('BZHI', 'r*a, r/m*, r*b', (w) => `0F38.${w} F5 /r`, 'BMI2', bitFlags),
  ...vex('MULX', 'r*a, r*b, r/m*', (w) => `F2.0F38.${w} F6 /r`, 'BMI2', { access: 'w w r', implicit: 'RDX:r' }),
  ...vex('PDEP', 'r*a, r*b, r/m*', (w) => `F2.0F38.${w} F5 /r`, 'BMI2'),
  ...vex('PEXT', 'r*a, r*b, r/m*', (w) => `F3.0F38.${w} F5 /r`, 'BMI2'),
  ...vex('SARX', 'r*a, r/m*, r*b', (w) => `F3.0F38.${w} F7 /r`, 'BMI2'),
  ...vex('SHLX', 'r*a, r/m*, r*b', (w) => `66.0F38.${w} F7 /r`, 'BMI2'),
  ...vex('SHRX', 'r*a, r/m*, r*b', (w) => `F2.0F38.${w} F7 /r`, 'BMI2'),
  ...vex('RORX', 'r*, r/m*, imm8', (w) => `F2.0F3A.${w} F0 /r ib`, 'BMI2'),

  ...sized('ADCX', (w, _, rex) => [`ADCX r${w}, r/m${w}`, `66 ${rex}0F 38 F6 /r`], 'ADX', { access: 'rw r', flags: 'c r=c' }),
  ...sized('ADOX', (w, _, rex) => [`ADOX r${w}, r/m${w}`, `F3 ${rex}0F 38 F6 /r`], 'ADX', { access: 'rw r', flags: 'o r=o' }),
  x86('MOVBEWW', 'MOVBE r16, m16', 'NFx 0F 38 F0 /r', { access: 'w r', feature: 'MOVBE' }),
  ...sized('MOVBE', (w, _, rex) => [`MOVBE r${w}, m${w}`, `NFx ${rex}0F 38 F0 /r`], 'MOVBE', { access: 'w r' }).map(twice),
  x86('MOVBEWW', 'MOVBE m16, r16', 'NFx 0F 38 F1 /r', { access: 'w r', feature: 'MOVBE' }),
  ...sized('MOVBE', (w, _, rex) => [`MOVBE m${w}, r${w}`, `NFx ${rex}0F 38 F1 /r`], 'MOVBE', { access: 'w r' }).map(twice),

  aes('AESIMC', 'DB'), aes('AESENC', 'DC'), aes('AESENCLAST', 'DD'), aes('AESDEC', 'DE'), aes('AESDECLAST', 'DF'),
  x86('AESKEYGENASSIST', 'AESKEYGENASSIST xmm1, xmm2/m128, imm8', '66 0F 3A DF /r ib', { access: 'w r r', feature: 'AES', cls: 'aes' }),
  x86('PCLMULQDQ', 'PCLMULQDQ xmm1, xmm2/m128, imm8', '66 0F 3A 44 /r ib', { access: 'rw r r', feature: 'PCLMULQDQ', cls: 'aes' }),
  sha('SHA1NEXTE', 'C8'), sha('SHA1MSG1', 'C9'), sha('SHA1MSG2', 'CA'), sha('SHA256RNDS2', 'CB', ', <XMM0>'), sha('SHA256MSG1', 'CC'), sha('SHA256MSG2', 'CD'),
  x86('SHA1RNDS4', 'SHA1RNDS4 xmm1, xmm2/m128, imm8', 'NP 0F 3A CC /r ib', { access: 'rw r r', feature: 'SHA', cls: 'sha' }),
  x86('GF2P8MULB', 'GF2P8MULB xmm1, xmm2/m128', '66 0F 38 CF /r', { access: 'rw r', feature: 'GFNI' }),
  x86('GF2P8AFFINEQB', 'GF2P8AFFINEQB xmm1, xmm2/m128, imm8', '66 0F 3A CE /r ib', { access: 'rw r r', feature: 'GFNI' }),
  x86('GF2P8AFFINEINVQB', 'GF2P8AFFINEINVQB xmm1, xmm2/m128, imm8', '66 0F 3A CF /r ib', { access: 'rw r r', feature: 'GFNI' }),

  x86('EXTRQ', 'EXTRQ xmm1, imm8, imm8', '66 0F 78 /0 ib ib', { access: 'rw r r', feature: 'SSE4A' }),
  x86('EXTRQ', 'EXTRQ xmm1, xmm2', '66 0F 79 /r', { access: 'rw r', feature: 'SSE4A' }),
  x86('INSERTQ', 'INSERTQ xmm1, xmm2, imm8, imm8', 'F2 0F 78 /r ib ib', { access: 'rw r r r', feature: 'SSE4A' }),
  x86('INSERTQ', 'INSERTQ xmm1, xmm2', 'F2 0F 79 /r', { access: 'rw r', feature: 'SSE4A' }),
  x86('MOVNTSS', 'MOVNTSS m32, xmm1', 'F3 0F 2B /r', { access: 'w r', feature: 'SSE4A' }),
  x86('MOVNTSD', 'MOVNTSD m64, xmm1', 'F2 0F 2B /r', { access: 'w r', feature: 'SSE4A' }),
  x86('PTWRITEL', 'PTWRITE r/m32', 'F3 0F AE /4', { access: 'r' }),
  x86('PTWRITEQ', 'PTWRITE r/m64', 'F3 REX.W 0F AE /4', { access: 'r' }),

  x86('RDRANDW', 'RDRAND r16', 'NFx 0F C7 /6', { access: 'w', flags: 'oszapc', feature: 'RDRAND' }),
  ...sized('RDRAND', (w, _, rex) => [`RDRAND r${w}`, `NFx ${rex}0F C7 /6`], 'RDRAND', { access: 'w', flags: 'oszapc' }),
  x86('RDSEEDW', 'RDSEED r16', 'NFx 0F C7 /7', { access: 'w', flags: 'oszapc', feature: 'RDSEED' }),
  ...sized('RDSEED', (w, _, rex) => [`RDSEED r${w}`, `NFx ${rex}0F C7 /7`], 'RDSEED', { access: 'w', flags: 'oszapc' }),
  x86('RDPID', 'RDPID r64', 'F3 0F C7 /7', { access: 'w', feature: 'RDPID' }),
  ...sized('RDFSBASE', (w, _, rex) => [`RDFSBASE r${w}`, `F3 ${rex}0F AE /0`], 'FSGSBASE', { access: 'w' }),
  ...sized('RDGSBASE', (w, _, rex) => [`RDGSBASE r${w}`, `F3 ${rex}0F AE /1`], 'FSGSBASE', { access: 'w' }),
  ...sized('WRFSBASE', (w, _, rex) => [`WRFSBASE r${w}`, `F3 ${rex}0F AE /2`], 'FSGSBASE', { access: 'r' }),
  ...sized('WRGSBASE', (w, _, rex) => [`WRGSBASE r${w}`, `F3 ${rex}0F AE /3`], 'FSGSBASE', { access: 'r' }),

  ...save('XSAVE', '0F AE /4'), ...save('XRSTOR', '0F AE /5'), ...save('XSAVEOPT', '0F AE /6'),
  ...save('XRSTORS', '0F C7 /3'), ...save('XSAVEC', '0F C7 /4'), ...save('XSAVES', '0F C7 /5'),
  x86('XSETBV', 'XSETBV', 'NP 0F 01 D1', { feature: 'XSAVE' }),

  x86('XBEGIN', 'XBEGIN rel32', 'C7 F8 cd', { feature: 'RTM', cls: 'tsx' }),
  x86('XABORT', 'XABORT imm8', 'C6 F8 ib', { feature: 'RTM', cls: 'tsx' }),
  x86('XEND', 'XEND', 'NP 0F 01 D5', { feature: 'RTM', cls: 'tsx' }),
  x86('XTEST', 'XTEST', 'NP 0F 01 D6', { feature: 'RTM', cls: 'tsx' }),

  x86('INCSSPD', 'INCSSPD r32', 'F3 0F AE /5', { feature: 'CET_SS' }),
  x86('INCSSPQ', 'INCSSPQ r64', 'F3 REX.W 0F AE /5', { feature: 'CET_SS' }),
  x86('SAVEPREVSSP', 'SAVEPREVSSP', 'F3 0F 01 EA', { feature: 'CET_SS' }),
  x86('RSTORSSP', 'RSTORSSP m64', 'F3 0F 01 /5', { feature: 'CET_SS' }),
  x86('CLRSSBSY', 'CLRSSBSY m64', 'F3 0F AE /6', { feature: 'CET_SS' }),
  x86('SETSSBSY', 'SETSSBSY', 'F3 0F 01 E8', { feature: 'CET_SS' }),
  x86('WRSSD', 'WRSSD m32, r32', 'NP 0F 38 F6 /r', { feature: 'CET_SS' }),
  x86('WRSSQ', 'WRSSQ m64, r64', 'NP REX.W 0F 38 F6 /r', { feature: 'CET_SS' }),
  x86('WRUSSD', 'WRUSSD m32, r32', '66 0F 38 F5 /r', { feature: 'CET_SS' }),
  x86('WRUSSQ', 'WRUSSQ m64, r64', '66 REX.W 0F 38 F5 /r', { feature: 'CET_SS' }),

  x86('MONITOR', 'MONITOR', 'NP 0F 01 C8', { feature: 'MONITOR' }),
  x86('MWAIT', 'MWAIT', 'NP 0F 01 C9', { feature: 'MONITOR' }),
  x86('CLAC', 'CLAC', 'NP 0F 01 CA', { feature: 'SMAP' }),
  x86('STAC', 'STAC', 'NP 0F 01 CB', { feature: 'SMAP' }),
  x86('SERIALIZE', 'SERIALIZE', 'NP 0F 01 E8', { feature: 'SERIALIZE' }),
  x86('RDPKRU', 'RDPKRU', 'NP 0F 01 EE', { feature: 'PKU' }),
  x86('WRPKRU', 'WRPKRU', 'NP 0F 01 EF', { feature: 'PKU' }),
  x86('UMONITOR', 'UMONITOR r64', 'F3 0F AE /6', { feature: 'WAITPKG' }),
  x86('UMWAIT', 'UMWAIT r32', 'F2 0F AE /6', { feature: 'WAITPKG' }),
  x86('TPAUSE', 'TPAUSE r32', '66 0F AE /6', { feature: 'WAITPKG' }),
  x86('MOVDIRI', 'MOVDIRI m32, r32', 'NP 0F 38 F9 /r', { access: 'w r', feature: 'MOVDIRI' }),
  x86('MOVDIRI', 'MOVDIRI m64, r64', 'NP REX.W 0F 38 F9 /r', { access: 'w r', feature: 'MOVDIRI' }),
  x86('MOVDIR64B', 'MOVDIR64B r64, m512', '66 0F 38 F8 /r', { access: 'r r', feature: 'MOVDIR64B' }),
  x86('ICEBP', 'INT1', 'F1', { cls: 'trap', ends: true }),
  x86('RETFL', 'RETF imm16', 'CA iw', { access: 'r', cls: 'ret', ends: true }),
  x86('RETFL', 'RETF', 'CB', { cls: 'ret', ends: true }),
  x86('RETFQ', 'RETF imm16', 'REX.W + CA iw', { access: 'r', cls: 'ret', ends: true }),
  x86('RETFQ', 'RETF', 'REX.W + CB', { cls: 'ret', ends: true }),
];

/** Go repeats the size: MOVBELL, MOVBEQQ. */
function twice(row: RowDraft): RowDraft {
  return { ...row, mnemonic: row.mnemonic + row.mnemonic.slice(-1) };
}
