/**
 * The rest of the one- and two-byte opcode maps, for length and text: far transfers, interrupt returns, descriptor
 * tables, control and debug registers, reserved no-operations, undocumented repetitions. SDM 2A to 2D.
 */
import { x86, type RowDraft } from '../notation.js';

const system = { cls: 'trap' };
const ends = { cls: 'trap', ends: true };
const nop = { cls: 'nop', access: 'n n' };

/** A form at 16, 32 and 64 bits; `*` stands for the width. */
const sized = (go: string, form: string, encoding: string, spec = system): RowDraft[] =>
  ([['W', 16, ''], ['L', 32, ''], ['Q', 64, 'REX.W + ']] as const).map(([s, w, rex]) => x86(go + s, form.replaceAll('*', String(w)), rex + encoding, spec));

export const legacyRows: readonly RowDraft[] = [
  x86('IRETW', 'IRET', '66 CF', ends),
  x86('IRETL', 'IRETD', 'CF', ends),
  x86('IRETQ', 'IRETQ', 'REX.W + CF', ends),
  x86('LCALLW', 'LCALL m16:16', '66 FF /3', ends),
  x86('LCALLL', 'LCALL m16:32', 'FF /3', ends),
  x86('LCALLQ', 'LCALL m16:64', 'REX.W + FF /3', ends),
  x86('LJMPW', 'LJMP m16:16', '66 FF /5', ends),
  x86('LJMPL', 'LJMP m16:32', 'FF /5', ends),
  x86('LJMPQ', 'LJMP m16:64', 'REX.W + FF /5', ends),
  x86('SYSENTER', 'SYSENTER', '0F 34', ends),
  x86('SYSEXIT', 'SYSEXIT', '0F 35', ends),
  x86('SYSEXITQ', 'SYSEXITQ', 'REX.W + 0F 35', ends),
  x86('SYSRETQ', 'SYSRETQ', 'REX.W + 0F 07', ends),
  x86('RSM', 'RSM', '0F AA', ends),
  x86('FEMMS', 'FEMMS', '0F 0E', system),

  ...sized('LAR', 'LAR r*, r*/m16', '0F 02 /r'),
  ...sized('LSL', 'LSL r*, r*/m16', '0F 03 /r'),
  ...sized('LSS', 'LSS r*, m16:*', '0F B2 /r'),
  ...sized('LFS', 'LFS r*, m16:*', '0F B4 /r'),
  ...sized('LGS', 'LGS r*, m16:*', '0F B5 /r'),
  ...sized('SLDT', 'SLDT r*/m16', '0F 00 /0'),
  ...sized('STR', 'STR r*/m16', '0F 00 /1'),
  x86('LLDT', 'LLDT r/m16', '0F 00 /2', system),
  x86('LTR', 'LTR r/m16', '0F 00 /3', system),
  x86('VERR', 'VERR r/m16', '0F 00 /4', system),
  x86('VERW', 'VERW r/m16', '0F 00 /5', system),
  x86('SGDT', 'SGDT m16&64', '0F 01 /0', system),
  x86('SIDT', 'SIDT m16&64', '0F 01 /1', system),
  x86('LGDT', 'LGDT m16&64', '0F 01 /2', system),
  x86('LIDT', 'LIDT m16&64', '0F 01 /3', system),
  ...sized('SMSW', 'SMSW r*/m16', '0F 01 /4'),
  x86('LMSW', 'LMSW r/m16', '0F 01 /6', system),
  x86('INVLPG', 'INVLPG m', '0F 01 /7', { ...system, access: 'n' }),
  x86('INVPCID', 'INVPCID r64, m128', '66 0F 38 82 /r', system),
  x86('INVEPT', 'INVEPT r64, m128', '66 0F 38 80 /r', system),
  x86('INVVPID', 'INVVPID r64, m128', '66 0F 38 81 /r', system),
  x86('WBNOINVD', 'WBNOINVD', 'F3 0F 09', system),
  x86('MOVQ', 'MOV r64, CR0-CR15', '0F 20 /r MR', system),
  x86('MOVQ', 'MOV r64, DR0-DR15', '0F 21 /r MR', system),
  x86('MOVQ', 'MOV CR0-CR15, r64', '0F 22 /r', system),
  x86('MOVQ', 'MOV DR0-DR15, r64', '0F 23 /r', system),
  x86('VMCALL', 'VMCALL', 'NP 0F 01 C1', system),
  x86('VMLAUNCH', 'VMLAUNCH', 'NP 0F 01 C2', system),
  x86('VMRESUME', 'VMRESUME', 'NP 0F 01 C3', system),
  x86('VMXOFF', 'VMXOFF', 'NP 0F 01 C4', system),
  x86('VMFUNC', 'VMFUNC', 'NP 0F 01 D4', system),
  x86('VMREAD', 'VMREAD r/m64, r64', 'NP 0F 78 /r MR', system),
  x86('VMWRITE', 'VMWRITE r64, r/m64', 'NP 0F 79 /r', system),
  x86('VMPTRLD', 'VMPTRLD m64', 'NP 0F C7 /6', system),
  x86('VMPTRST', 'VMPTRST m64', 'NP 0F C7 /7', system),
  x86('VMCLEAR', 'VMCLEAR m64', '66 0F C7 /6', system),
  x86('VMXON', 'VMXON m64', 'F3 0F C7 /6', system),

  // TEST repeats its digit 0 at 1; SHL its 4 at 6 (shift.ts)
  x86('TESTB', 'TEST r/m8, imm8', 'F6 /1 ib', system),
  x86('TESTW', 'TEST r/m16, imm16', 'F7 /1 iw', system),
  x86('TESTL', 'TEST r/m32, imm32', 'F7 /1 id', system),
  x86('TESTQ', 'TEST r/m64, imm32', 'REX.W + F7 /1 id', system),

  // x87 repetitions, and control instructions that do nothing since the 80387
  x86('FCOMD', 'FCOM2 ST(i)', 'DC D0+i', { ...system, gnu: 'fcom2' }),
  x86('FCOMDP', 'FCOMP3 ST(i)', 'DC D8+i', { ...system, gnu: 'fcomp3' }),
  x86('FXCHD', 'FXCH4 ST(i)', 'DD C8+i', { ...system, gnu: 'fxch4' }),
  x86('FCOMDP', 'FCOMP5 ST(i)', 'DE D0+i', { ...system, gnu: 'fcomp5' }),
  x86('FFREEP', 'FFREEP ST(i)', 'DF C0+i', system),
  x86('FXCHD', 'FXCH7 ST(i)', 'DF C8+i', { ...system, gnu: 'fxch7' }),
  x86('FMOVDP', 'FSTP8 ST(i)', 'DF D0+i', { ...system, gnu: 'fstp8' }),
  x86('FMOVDP', 'FSTP9 ST(i)', 'DF D8+i', { ...system, gnu: 'fstp9' }),
  x86('FMOVDP', 'FSTP1 ST(i)', 'D9 D8+i', { ...system, gnu: 'fstp1' }),
  x86('FNENI', 'FNENI', 'DB E0', system),
  x86('FNDISI', 'FNDISI', 'DB E1', system),
  x86('FNSETPM', 'FNSETPM', 'DB E4', system),

  // no-operations that later extensions may claim
  ...['18', '19', '1A', '1B', '1C', '1D', '1E', '1F'].flatMap((op) => sized('NOP', 'NOP r/m*, r*', `0F ${op} /r`, nop)),
  ...sized('NOP', 'NOP r*, r*', '0F 0D /r MR', nop),
  ...[3, 4, 5, 6, 7].map((n) => x86('PREFETCH', 'PREFETCH m8', `0F 0D /${n}`, { access: 'n', cls: 'nop' })),
];
