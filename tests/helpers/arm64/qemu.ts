/** qemu-aarch64 as an executor of cases, through qemu.c. Records are described there; both sides are little-endian. */
import { spawnSync } from 'node:child_process';
import { built, has } from '../oracle.js';
import { pc, type Case, type Executor, type Result } from './cases.js';

const inputBytes = 16 + 32 * 8 + 64 * 8;
const outputBytes = 8 + 16 + 32 * 8 + 64 * 8 + 8;
const batch = 4096;
const SIGTRAP = 5;

/** Why qemu cannot be asked, or undefined. */
export function qemuMissing(): string | undefined {
  const missing = ['qemu-aarch64', 'aarch64-linux-gnu-gcc'].filter((tool) => !has(tool));
  return missing.length === 0 ? undefined : `no ${missing.join(', ')}`;
}

/** Instructions that a Neoverse N1 lacks; qemu's largest processor has them, without SVE, whose registers would travel in another record. */
const beyondN1 = /^(SHA512|RAX1|XAR|EOR3|BCAX)/;
export const processors = [
  { cpu: 'neoverse-n1', has: (form: string): boolean => !beyondN1.test(form) },
  { cpu: 'max,sve=off', has: (form: string): boolean => beyondN1.test(form) },
] as const;

/** `cpu`: a processor that qemu knows. */
export function qemuExecutor(cpu: string): Executor {
  const path = built('tests/helpers/arm64/qemu.c', 'aarch64-linux-gnu-gcc', (source, out) => ['-O2', '-static', '-fno-stack-protector', '-o', out, source]);
  return {
    name: `qemu ${cpu}`,
    run(cases) {
      const results: Result[] = [];
      for (let i = 0; i < cases.length; i += batch) results.push(...runBatch(path, cpu, cases.slice(i, i + batch)));
      return results;
    },
  };
}

function runBatch(path: string, cpu: string, cases: readonly Case[]): Result[] {
  const input = new Uint8Array(cases.length * inputBytes);
  const dv = new DataView(input.buffer);
  cases.forEach((c, i) => {
    const at = i * inputBytes;
    dv.setUint32(at, c.word, true);
    dv.setUint32(at + 4, c.nzcv, true);
    dv.setUint32(at + 8, c.fpcr, true);
    c.x.forEach((v, k) => dv.setBigUint64(at + 16 + 8 * k, v, true));
    c.v.forEach((v, k) => dv.setBigUint64(at + 16 + 256 + 8 * k, v, true));
  });
  const out = spawnSync('qemu-aarch64', ['-cpu', cpu, path], { input, maxBuffer: 1 << 30 });
  if (out.status !== 0) throw new Error(`qemu harness stopped: ${out.signal ?? out.status} ${out.stderr.toString()}`);
  const from = new DataView(out.stdout.buffer, out.stdout.byteOffset, out.stdout.byteLength);
  let at = 0;
  return cases.map((c) => {
    const { result, end } = read(c, from, at);
    at = end;
    return result;
  });
}

function read(c: Case, dv: DataView, at: number): { result: Result; end: number } {
  const u64s = (from: number, n: number): bigint[] => Array.from({ length: n }, (_, i) => dv.getBigUint64(from + 8 * i, true));
  const went = dv.getBigUint64(at + 8, true);
  let signal = dv.getUint32(at, true);
  // a trap or a fault elsewhere than at the instruction: it completed, and went there
  if (went !== BigInt(pc) || (signal === SIGTRAP && !c.row.form.startsWith('BRK') && !c.row.form.startsWith('B'))) signal = 0;
  const words = dv.getUint32(at + outputBytes - 8, true);
  const memory = Array.from({ length: words }, (_, i): [number, bigint] => [Number(dv.getBigUint64(at + outputBytes + 16 * i, true)), dv.getBigUint64(at + outputBytes + 16 * i + 8, true)]);
  return {
    result: { signal, pc: went, address: dv.getBigUint64(at + 16, true), nzcv: dv.getUint32(at + 4, true), x: u64s(at + 24, 32), v: u64s(at + 24 + 256, 64), memory },
    end: at + outputBytes + 16 * words,
  };
}
