/**
 * A machine without a kernel, booted on assembly that stands in the test:
 *
 *     const m = boot({ arch: 'amd64' }, `
 *       TEXT main(SB), NOSPLIT, $0
 *         MOVQ $1, AX
 *         HLT
 *     `);
 *     m.run();
 *     assert.equal(m.regs('AX'), { AX: '0x1' });
 *
 * The flags of textflag.h are defined. Every core starts at main with its number in DI, or R0; HLT ends it.
 */
import { assemble, formatDiagnostic, type ImageSymbol } from '../../asm/assemble.js';
import { registerOf } from '../../asm/amd64.js';
import { registerOf as arm64RegisterOf } from '../../asm/arm64.js';
import { flag } from '../../asm/syntax.js';
import { slots as arm64Slots, gprSlot as arm64GprSlot } from '../../isa/arm64/regs.js';
import { slots, gprSlot } from '../../isa/x86/regs.js';
import { Bare } from '../../machine/bare.js';
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Machine, type Outcome } from '../../machine/machine.js';

const flags = Object.fromEntries(Object.entries(flag).map(([name, value]) => [name, String(value)]));

export interface Booted {
  readonly machine: Machine;
  /** Runs to the last HLT, or to a cycle; throws when the machine stops for another reason. */
  run(untilCycle?: number): Outcome;
  /** Registers by their names in the assembler, as hex; of vector registers 128 bits. `core` 0 unless given with `on`. */
  regs(...names: string[]): Record<string, string>;
  on(core: number): Pick<Booted, 'regs'>;
  readonly cycles: number;
  readonly instructions: number;
  /** Address of a symbol. */
  address(symbol: string): number;
  /** `bytes` of memory at a symbol as a little-endian number in hex. */
  peek(symbol: string, offset?: number, bytes?: number): string;
  /** The same of a word at an address. */
  peekAt(address: number): string;
}

/** `tallies`: the machine counts for reports. */
export function boot(config: Partial<Config>, text: string, tallies = false): Booted {
  const { image, symbols, diagnostics } = assemble([{ name: 'test.s', text }], { arch: config.arch ?? 'amd64', entry: 'main', defines: flags });
  if (image === undefined) throw new Error(diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  let bare: Bare | undefined;
  const machine = new Machine({ memoryBytes: 2 ** 22, cores: 1, ...config }, new MemoryHost(), (parts) => (bare = new Bare(parts)), [], false, tallies);
  machine.load(image, ['test']);
  return handle(machine, bare!, new Map(symbols.map((s) => [s.name, s])));
}

function handle(machine: Machine, bare: Bare, symbols: ReadonlyMap<string, ImageSymbol>): Booted {
  const regsOf = (core: number) => (...names: string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, register(machine, core, name)]));
  const address = (name: string): number => {
    const found = symbols.get(name);
    if (!found) throw new Error(`no symbol ${name}`);
    return found.address;
  };
  const peekAt = (at: number, bytes: number): string => {
    const data = bare.memory.copy.readBytes(at, bytes);
    if (!data) throw new Error(`0x${at.toString(16)} is not mapped`);
    return hex(data.reduceRight((v, b) => (v << 8n) | BigInt(b), 0n));
  };
  return {
    machine,
    run(untilCycle) {
      const outcome = machine.run(untilCycle);
      if (outcome === 'stop') throw new Error(machine.stopMessage);
      return outcome;
    },
    regs: regsOf(0),
    on: (core) => ({ regs: regsOf(core) }),
    get cycles() {
      return machine.cycles;
    },
    get instructions() {
      return machine.instructions;
    },
    address,
    peek: (symbol, offset = 0, bytes = 8) => peekAt(address(symbol) + offset, bytes),
    peekAt: (at) => peekAt(at, 8),
  };
}

const hex = (v: bigint): string => `0x${v.toString(16)}`;

function register(machine: Machine, core: number, name: string): string {
  const state = machine.core(core);
  if (name === 'PC') return hex(BigInt(state.pc));
  const vector = (at: number): string => hex((state.get64(at + 8) << 64n) | state.get64(at));
  if (machine.config.arch === 'arm64') {
    const reg = arm64RegisterOf(name);
    if (reg?.file === 'gpr' || reg?.file === 'sp') return reg.file === 'gpr' && reg.index === 31 ? '0x0' : hex(state.get64(arm64GprSlot(reg.index)));
    if (reg?.file !== 'v') throw new Error(`no register ${name}`);
    return vector(arm64Slots.v + 16 * reg.index);
  }
  const reg = registerOf(name);
  if (reg?.file === 'gpr' && reg.width === 0) return hex(state.get64(gprSlot(reg.index)));
  if (reg?.file !== 'xmm') throw new Error(`no register ${name}`);
  return vector(slots.xmm + 16 * reg.index);
}
