/** Tier 0 as an executor of cases: one core, one small address space, one instruction a case. */
import type { CpuProfile } from '../../isa/x86/cpuid.js';
import { x86Isa } from '../../isa/x86/isa.js';
import { Engine } from '../../machine/exec/engine.js';
import type { Reason, Stop } from '../../machine/exec/stop.js';
import { Pte, Ram, frameBytes, type PageTable } from '../../machine/memory/ram.js';
import { everything, TrialState } from './executors.js';
import { codeAt, codeBytes, dataAt, dataBytes, expand, writableBytes, contents, type Case, type Executor, type Result } from './state.js';

const trapNumbers: Partial<Record<Reason, number>> = { Divide: 0, Breakpoint: 3, Undefined: 6, Protection: 13, Halt: 13, PageFault: 14, Align: 17 };

export function engineExecutor(cpu: CpuProfile = everything): Executor {
  const ram = new Ram(64 * frameBytes);
  const engine = new Engine(ram, { cores: 1, grain: 'insn', isa: x86Isa(cpu) });
  const frames = new Map<number, number>();
  const map = (at: number, bytes: number, flags: (offset: number) => number): number[] => {
    const taken: number[] = [];
    for (let offset = 0; offset < bytes; offset += frameBytes) {
      const frame = ram.allocFrame();
      taken.push(frame);
      frames.set((at + offset) / frameBytes, frame * 256 + flags(offset));
    }
    return taken;
  };
  const code = map(codeAt, codeBytes, () => Pte.R | Pte.W | Pte.X);
  const data = map(dataAt, dataBytes, (offset) => Pte.R | (offset < writableBytes ? Pte.W : 0));
  const space: PageTable = { id: 1, pte: (vpn) => frames.get(vpn) ?? 0 };
  engine.setSpace(0, space);

  const fill = (list: readonly number[], bytes: Uint8Array): void =>
    list.forEach((frame, i) => {
      ram.touch(frame);
      ram.u8.set(bytes.subarray(i * frameBytes, (i + 1) * frameBytes), frame * frameBytes);
    });
  const one = (c: Case): Result => {
    const text = new Uint8Array(codeBytes).fill(0xcc);
    text.set(c.code, c.pc - codeAt);
    fill(code, text);
    const start = expand(c);
    const first = contents(start);
    fill(data, first);
    const trial = new TrialState(start, c.pc, cpu);
    const state = engine.state(0);
    state.load(new Uint8Array(trial.cells.buffer));
    let stopped = engine.step(0);
    for (let turns = 0; !stopped && state.pc === c.pc && turns < 16; turns++) stopped = engine.step(0);
    new Uint8Array(trial.cells.buffer).set(state.save());
    const last = new Uint8Array(dataBytes);
    data.forEach((frame, i) => last.set(ram.u8.subarray(frame * frameBytes, (frame + 1) * frameBytes), i * frameBytes));
    const words = [new BigUint64Array(first.buffer), new BigUint64Array(last.buffer)] as const;
    const memory: [number, bigint][] = [];
    words[1].forEach((v, i) => v !== words[0][i] && memory.push([8 * i, v]));
    return { ...trial.result(stopped ? trap(c, engine.stop) : -1, BigInt(state.pc)), ...access(stopped ? engine.stop : undefined), memory };
  };
  return { name: 'tier0', run: (cases) => cases.map(one) };
}

function trap(c: Case, stop: Stop): number {
  const number = trapNumbers[stop.reason];
  if (number === undefined) throw new Error(`${c.form}: stops by name (${stop.reason})`);
  return number;
}

function access(stop: Stop | undefined): { address: bigint; write: boolean } {
  const page = stop?.reason === 'PageFault';
  return { address: page ? BigInt.asUintN(64, BigInt(stop.va)) : 0n, write: page && stop.access === 'write' };
}
