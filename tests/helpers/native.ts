/** The host CPU as an executor of cases, through native.c. Records are described there; both sides are little-endian. */
import { spawnSync } from 'node:child_process';
import { built, has } from './oracle.js';
import { expand, fxBytes, patchBytes, type Case, type Executor, type Result } from './state.js';

const patches = 3;
const inputBytes = 16 + 8 + 128 + 8 + fxBytes + patches * (8 + patchBytes);
const outputBytes = 8 + 16 + 128 + 8 + fxBytes + 8;
const batch = 4096;

/** Why the host cannot be asked, or undefined. */
export function hostMissing(): string | undefined {
  if (process.arch !== 'x64' || process.platform !== 'linux') return 'the host is not x86-64 Linux';
  return has('gcc') ? undefined : 'gcc is not installed';
}

/** Position-independent, so that the heap starts far from the fixed regions. */
function program(): string {
  return built('tests/helpers/native.c', 'gcc', (source, out) => ['-O2', '-fno-stack-protector', '-fPIE', '-pie', '-o', out, source]);
}

export function nativeExecutor(): Executor {
  const path = program();
  return {
    name: 'host',
    run(cases) {
      const results: Result[] = [];
      for (let i = 0; i < cases.length; i += batch) results.push(...runBatch(path, cases.slice(i, i + batch)));
      return results;
    },
  };
}

function runBatch(path: string, cases: readonly Case[]): Result[] {
  const input = new Uint8Array(cases.length * inputBytes);
  cases.forEach((c, i) => write(c, input, i * inputBytes));
  const out = spawnSync(path, [], { input, maxBuffer: 1 << 30 });
  if (out.status !== 0) throw new Error(`native harness stopped: ${out.signal ?? out.status} ${out.stderr.toString()}`);
  const dv = new DataView(out.stdout.buffer, out.stdout.byteOffset, out.stdout.byteLength);
  let at = 0;
  return cases.map((c) => {
    const { result, end } = read(c, dv, at);
    at = end;
    return result;
  });
}

function write(c: Case, to: Uint8Array, at: number): void {
  const dv = new DataView(to.buffer, at, inputBytes);
  const s = expand(c);
  to[at] = c.code.length;
  to.set(c.code, at + 1);
  dv.setBigUint64(16, BigInt(c.pc), true);
  s.gpr.forEach((v, i) => dv.setBigUint64(24 + 8 * i, v, true));
  dv.setBigUint64(152, BigInt(s.flags), true);
  to.set(s.fx, at + 160);
  for (let i = 0; i < patches; i++) {
    const p = s.patches[i];
    const p0 = 160 + fxBytes + i * (8 + patchBytes);
    dv.setUint32(p0, p ? p.offset : 0xffffffff, true);
    if (!p) continue;
    dv.setUint32(p0 + 4, p.data.length, true);
    to.set(p.data, at + p0 + 8);
  }
}

function read(c: Case, dv: DataView, at: number): { result: Result; end: number } {
  let trap = dv.getUint32(at, true);
  const cr2 = dv.getBigUint64(at + 16, true);
  if (trap === 12) trap = 13; // a bad address by way of the stack segment: the machine makes no difference
  const error = dv.getUint32(at + 4, true);
  let rip = dv.getBigUint64(at + 8, true);
  const pc = BigInt(c.pc);
  // INT3 under the instruction's end or target, or a fetch that faulted there: it completed
  if (trap === 3 && !(c.code[0] === 0xcc && rip === pc + 1n)) {
    trap = -1;
    rip -= 1n;
  } else if (trap !== 3 && rip !== pc) trap = -1;
  else rip = pc;
  const gpr = new BigUint64Array(16);
  for (let i = 0; i < 16; i++) gpr[i] = dv.getBigUint64(at + 24 + 8 * i, true);
  const flags = Number(dv.getBigUint64(at + 152, true) & 0xffffffffn);
  const fx = new Uint8Array(dv.buffer, dv.byteOffset + at + 160, fxBytes).slice();
  const words = dv.getUint32(at + 160 + fxBytes, true);
  let end = at + outputBytes;
  const memory: [number, bigint][] = [];
  for (let i = 0; i < words; i++, end += 16) memory.push([dv.getUint32(end, true), dv.getBigUint64(end + 8, true)]);
  const page = trap === 14;
  return { result: { trap, rip, address: page ? cr2 : 0n, write: page && (error & 2) !== 0, gpr, flags, fx, memory }, end };
}
