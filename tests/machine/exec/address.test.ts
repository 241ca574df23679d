/** Addresses that window timing works out before an instruction, against the accesses of the instruction's own meaning. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IrBuilder } from '../../../isa/ir.js';
import type { Isa } from '../../../isa/isa.js';
import { evaluate, type RefState } from '../../../isa/ref.js';
import type { Insn } from '../../../isa/row.js';
import { common } from '../../../isa/context.js';
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { profile as armProfile } from '../../../isa/arm64/profile.js';
import { x86Isa } from '../../../isa/x86/isa.js';
import { slots as x86Slots } from '../../../isa/x86/regs.js';
import { Address } from '../../../machine/exec/address.js';
import { Ram } from '../../../machine/memory/ram.js';
import { effectsOf } from '../../../machine/uarch/cells.js';
import { everything } from '../../helpers/executors.js';
import { a64Vectors, x86Vectors } from '../../helpers/insns.js';
import { Random } from '../../helpers/random.js';

const Addresses = suite('addresses of accesses');

interface Range {
  readonly at: bigint;
  readonly bytes: number;
}

const ram = new Ram(2 ** 20);
const ctx = ram.reserve(4096, 4096);

/** Registers of a core in linear memory; all of memory reads as ones and is never changed. */
class Recorder implements RefState {
  readonly core = 0;
  readonly loads: Range[] = [];
  readonly stores: Range[] = [];
  readonly cpu;
  readonly env;

  constructor(isa: Isa) {
    this.cpu = isa.profile;
    this.env = () => isa.env(this);
  }
  get(slot: number, bits: number): bigint {
    let v = 0n;
    for (let i = bits / 8 - 1; i >= 0; i--) v = (v << 8n) | BigInt(ram.u8[ctx + slot + i]!);
    return v;
  }
  put(slot: number, bits: number, value: bigint): void {
    for (let i = 0; i < bits / 8; i++) ram.u8[ctx + slot + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
  load(addr: bigint, bytes: number): bigint {
    this.loads.push({ at: addr, bytes });
    return (1n << BigInt(8 * bytes)) / 255n; // 01 in every byte
  }
  store(addr: bigint, bytes: number): void {
    this.stores.push({ at: addr, bytes });
  }
  probe(): void {}
  cycles(): bigint {
    return 0n;
  }
}

const address = (r: Random): bigint => BigInt(0x10000000 + r.below(0x40000000) * 16) << 4n;

/** Registers: addresses and small numbers, which also serve as indices. */
function scatter(r: Random, state: Recorder, isa: Isa): void {
  ram.u8.fill(0, ctx, ctx + common.end);
  for (let i = 0; i < 32; i++) {
    state.put(common.gpr + 8 * i, 64, i % 2 === 1 ? BigInt.asUintN(64, BigInt(r.below(4096) - 2048)) : address(r));
  }
  if (isa.arch !== 'amd64') return;
  state.put(x86Slots.fsBase, 64, 0x7f0000001000n);
  state.put(x86Slots.gsBase, 64, 0x7f0000100000n);
  state.put(common.gpr + 8, 64, 1n); // repeat once
}

/** Every access lies in one that was worked out, and every one of those begins where an access does. */
function agree(real: readonly Range[], said: readonly Range[]): boolean {
  return real.every((a) => said.some((b) => b.at <= a.at && a.at + BigInt(a.bytes) <= b.at + BigInt(b.bytes))) && said.every((b) => real.some((a) => a.at === b.at));
}

/** FXSAVE's image is longer than its operand, masked stores leave bytes out; the others touch whole lines, which is no access to timing. */
const untimed = /^(FX|CLFLUSH|CLWB|DC |MASKMOV)/;

function differing(isa: Isa, insns: readonly Insn[]): { compared: number; forms: Set<string> } {
  const r = new Random(11);
  const forms = new Set<string>();
  let compared = 0;
  for (const insn of insns) {
    if (!insn.row.lift || untimed.test(insn.row.form)) continue;
    const { loads, stores } = effectsOf(insn);
    const state = new Recorder(isa);
    scatter(r, state, isa);
    for (const { base } of [...loads, ...stores]) if (base >= 0) state.put(common.gpr + 8 * base, 64, address(r));
    const range = (a: (typeof loads)[number]): Range => ({ at: BigInt.asUintN(64, BigInt(new Address(a, false).of(ram, ctx))), bytes: a.bytes });
    const said = [loads.map(range), stores.map(range)] as const;
    const b = new IrBuilder();
    isa.lift(b, insn);
    const out = evaluate(b.unit(), state);
    if (out.kind === 'trap') continue;
    if (loads.length + stores.length > 0) compared++;
    if (!agree(state.loads, said[0]) || !agree(state.stores, said[1])) forms.add(insn.row.form);
  }
  return { compared, forms };
}

Addresses('are those of the loads and stores of every x86 form', () => {
  const { compared, forms } = differing(x86Isa(everything), x86Vectors('forms.txt'));
  assert.ok(compared > 500, `${compared}`);
  assert.equal([...forms], []);
});

Addresses('and of every arm64 form', () => {
  const { compared, forms } = differing(arm64Isa(armProfile('v8', 1, 1e9)), a64Vectors());
  assert.ok(compared > 100, `${compared}`);
  assert.equal([...forms], []);
});

Addresses.run();
