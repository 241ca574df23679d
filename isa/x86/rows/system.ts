/**
 * What is neither data nor control: flag bits, NOPs, fences, prefetches, CPUID and clocks, SYSCALL and traps,
 * and the instructions a user program may not execute (#GP). SDM 2A and 2B.
 */
import type { Trap } from '../../ir.js';
import type { Lift } from '../../row.js';
import { image } from '../flags.js';
import { address, flag, read, setCarryOverflow, setReg } from '../lift.js';
import { x86, type RowDraft, type RowSpec } from '../notation.js';
import { GPR, RFLAGS, slots } from '../regs.js';

const nothing: Lift = () => {};
const nop: RowSpec = { cls: 'nop', lift: nothing };
const trap = (name: Trap): RowSpec => ({ cls: 'trap', ends: true, lift: (b) => b.trap(name) });
/** Privileged at CPL 3. */
const privileged = trap('protection');

/** INT imm8: number 3 is the breakpoint, as Go's assembler writes INT $3; other numbers are not modelled. */
const interrupt: Lift = (b, insn) => {
  b.trapIf(b.op('i32.ne', read(b, insn.ops[0]!, 32), b.i32(3)), 'unimplemented');
  b.trap('breakpoint');
};

/** CLC STC CMC: CF alone. */
const carry = (how: 'clear' | 'set' | 'flip'): Lift => (b) => {
  const cf = how === 'clear' ? b.i32(0) : how === 'set' ? b.i32(1) : b.op('i32.eqz', flag.CF(b));
  setCarryOverflow(b, cf, flag.OF(b));
};
const direction = (set: boolean): Lift => (b) => {
  const rf = b.get('i32', 32, slots.RF);
  b.put(32, slots.RF, set ? b.op('i32.or', rf, b.i32(1 << RFLAGS.DF)) : b.op('i32.and', rf, b.i32(~(1 << RFLAGS.DF))));
};

/** RCX = the next instruction, R11 = RFLAGS; the kernel sees the rest as it is. */
const syscall: Lift = (b, insn) => {
  const flags = b.op('i64.extend_i32_u', image(b));
  setReg(b, GPR.RCX, 64, b.i64(insn.next));
  setReg(b, GPR.R11, 64, flags);
  b.trap('syscall');
};

/** EDX:EAX = the clock; RDTSCP adds the core's number in ECX, as Linux sets TSC_AUX. */
const rdtsc = (aux: boolean): Lift => (b) => {
  const t = b.call('i64', 'tsc');
  const core = aux ? b.call('i32', 'core') : undefined;
  b.put(64, slots.gpr + 8 * GPR.RAX, b.op('i64.and', t, b.i64(0xffffffffn)));
  b.put(64, slots.gpr + 8 * GPR.RDX, b.op('i64.shr_u', t, b.i64(32)));
  if (core !== undefined) setReg(b, GPR.RCX, 32, core);
};

/** Flushing reads its line's address like a load of a byte. */
const flush: Lift = (b, insn) => {
  const m = insn.ops[0]!;
  if (m.kind !== 'mem') throw new Error('flush of a register');
  b.probe(1, address(b, m), false);
};

const prefetch = (go: string, form: string, encoding: string): RowDraft => x86(go, `${form} m8`, encoding, { access: 'n', cls: 'prefetch', lift: nothing });

export const systemRows: readonly RowDraft[] = [
  x86('NOP', 'NOP', '90', nop),
  x86('PAUSE', 'PAUSE', 'F3 90', { ...nop, cls: 'pause' }),
  x86('NOPW', 'NOP r/m16', '0F 1F /0', { ...nop, access: 'n' }),
  x86('NOPL', 'NOP r/m32', '0F 1F /0', { ...nop, access: 'n' }),
  x86('NOPQ', 'NOP r/m64', 'REX.W + 0F 1F /0', { ...nop, access: 'n' }),
  x86('ENDBR64', 'ENDBR64', 'F3 0F 1E FA', nop),
  x86('ENDBR32', 'ENDBR32', 'F3 0F 1E FB', nop),
  // without shadow stacks these leave their register alone
  x86('RDSSPD', 'RDSSPD r32', 'F3 0F 1E /1', { ...nop, access: 'n' }),
  x86('RDSSPQ', 'RDSSPQ r64', 'F3 REX.W + 0F 1E /1', { ...nop, access: 'n' }),

  x86('CLC', 'CLC', 'F8', { flags: 'c', lift: carry('clear') }),
  x86('STC', 'STC', 'F9', { flags: 'c', lift: carry('set') }),
  x86('CMC', 'CMC', 'F5', { flags: 'c r=c', lift: carry('flip') }),
  x86('CLD', 'CLD', 'FC', { lift: direction(false) }),
  x86('STD', 'STD', 'FD', { lift: direction(true) }),

  x86('LFENCE', 'LFENCE', 'NP 0F AE /5', { ...nop, cls: 'lfence' }),
  x86('MFENCE', 'MFENCE', 'NP 0F AE /6', { ...nop, cls: 'mfence' }),
  x86('SFENCE', 'SFENCE', 'NP 0F AE /7', { ...nop, cls: 'sfence' }),
  x86('CLFLUSH', 'CLFLUSH m8', 'NP 0F AE /7', { access: 'r', cls: 'clflush', feature: 'CLFSH', lift: flush }),
  x86('CLFLUSHOPT', 'CLFLUSHOPT m8', '66 0F AE /7', { access: 'r', cls: 'clflush', feature: 'CLFLUSHOPT', lift: flush }),
  x86('CLWB', 'CLWB m8', '66 0F AE /6', { access: 'r', cls: 'clflush', feature: 'CLWB', lift: flush }),
  prefetch('PREFETCHNTA', 'PREFETCHNTA', '0F 18 /0'),
  prefetch('PREFETCHT0', 'PREFETCHT0', '0F 18 /1'),
  prefetch('PREFETCHT1', 'PREFETCHT1', '0F 18 /2'),
  prefetch('PREFETCHT2', 'PREFETCHT2', '0F 18 /3'),
  prefetch('PREFETCH', 'PREFETCH', '0F 0D /0'),
  prefetch('PREFETCHW', 'PREFETCHW', '0F 0D /1'),
  prefetch('PREFETCHWT1', 'PREFETCHWT1', '0F 0D /2'),

  x86('CPUID', 'CPUID', '0F A2', { implicit: 'RAX:rw RCX:rw RBX:w RDX:w', cls: 'cpuid', lift: (b) => b.callVoid('cpuid') }),
  x86('RDTSC', 'RDTSC', '0F 31', { implicit: 'RAX:w RDX:w', cls: 'rdtsc', ends: true, lift: rdtsc(false) }),
  x86('RDTSCP', 'RDTSCP', '0F 01 F9', { implicit: 'RAX:w RDX:w RCX:w', cls: 'rdtsc', ends: true, feature: 'RDTSCP', lift: rdtsc(true) }),
  x86('XGETBV', 'XGETBV', 'NP 0F 01 D0', { ...trap('unimplemented'), feature: 'OSXSAVE' }), // #UD without the feature, which no profile has

  x86('SYSCALL', 'SYSCALL', '0F 05', { flags: 'r=oszapc', implicit: 'RCX:w R11:w', cls: 'syscall', ends: true, lift: syscall }),
  x86('INT', 'INT 3', 'CC', trap('breakpoint')),
  x86('INT', 'INT imm8', 'CD ib', { ...trap('breakpoint'), access: 'r', lift: interrupt }),
  x86('UD2', 'UD2', '0F 0B', trap('undefined')),
  x86('UD1', 'UD1 r32, r/m32', '0F B9 /r', { ...trap('undefined'), access: 'n n' }),
  x86('UD0', 'UD0 r32, r/m32', '0F FF /r', { ...trap('undefined'), access: 'n n' }),
  x86('HLT', 'HLT', 'F4', trap('halt')),

  x86('INB', 'IN AL, imm8', 'E4 ib', { ...privileged, access: 'w r' }),
  x86('INL', 'IN EAX, imm8', 'E5 ib', { ...privileged, access: 'w r' }),
  x86('INB', 'IN AL, DX', 'EC', { ...privileged, access: 'w r' }),
  x86('INW', 'IN AX, DX', 'ED', { ...privileged, access: 'w r' }),
  x86('INL', 'IN EAX, DX', 'ED', { ...privileged, access: 'w r' }),
  x86('OUTB', 'OUT imm8, AL', 'E6 ib', { ...privileged, access: 'r r' }),
  x86('OUTL', 'OUT imm8, EAX', 'E7 ib', { ...privileged, access: 'r r' }),
  x86('OUTB', 'OUT DX, AL', 'EE', { ...privileged, access: 'r r' }),
  x86('OUTW', 'OUT DX, AX', 'EF', { ...privileged, access: 'r r' }),
  x86('OUTL', 'OUT DX, EAX', 'EF', { ...privileged, access: 'r r' }),
  x86('INSB', 'INS Y8, DX', '6C', { ...privileged, access: 'w r' }),
  x86('INSW', 'INS Y16, DX', '6D', { ...privileged, access: 'w r' }),
  x86('INSL', 'INS Y32, DX', '6D', { ...privileged, access: 'w r' }),
  x86('OUTSB', 'OUTS DX, X8', '6E', { ...privileged, access: 'r r' }),
  x86('OUTSW', 'OUTS DX, X16', '6F', { ...privileged, access: 'r r' }),
  x86('OUTSL', 'OUTS DX, X32', '6F', { ...privileged, access: 'r r' }),
  x86('CLI', 'CLI', 'FA', privileged),
  x86('STI', 'STI', 'FB', privileged),
  x86('CLTS', 'CLTS', '0F 06', privileged),
  x86('INVD', 'INVD', '0F 08', privileged),
  x86('WBINVD', 'WBINVD', '0F 09', privileged),
  x86('WRMSR', 'WRMSR', '0F 30', privileged),
  x86('RDMSR', 'RDMSR', '0F 32', privileged),
  x86('RDPMC', 'RDPMC', '0F 33', privileged),
  x86('SWAPGS', 'SWAPGS', '0F 01 F8', privileged),
  x86('SYSRET', 'SYSRET', '0F 07', privileged),
];
