/** Floating-point operations on the host CPU (floats.c) beside isa/soft/float.ts, on the same random operands. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { div, add, f80, mul, pack, rint, sqrt, sub, unpack, x87Nan, f64, isNan, type Env, type Num } from '../../isa/soft/float.js';
import { fpOp } from '../../isa/soft/fpop.js';
import { envOf } from '../../isa/soft/sse.js';
import { randomFloat } from './floats.js';
import { built, hasAll } from './oracle.js';
import { Random } from './random.js';

/** In the order of floats.c. */
const names = ['add', 'sub', 'mul', 'div', 'sqrt', 'min', 'max', 'fma', 'narrow', 'widen', 'rint'] as const;
type Name = (typeof names)[number];
const formats = { f32: 0, f64: 1, f80: 2 } as const;
type FormatName = keyof typeof formats;

const has: Record<FormatName, readonly Name[]> = {
  f32: ['add', 'sub', 'mul', 'div', 'sqrt', 'min', 'max', 'fma', 'widen', 'rint'],
  f64: ['add', 'sub', 'mul', 'div', 'sqrt', 'min', 'max', 'fma', 'narrow', 'rint'],
  f80: ['add', 'sub', 'mul', 'div', 'sqrt', 'narrow', 'rint'],
};

interface Trial {
  readonly op: Name;
  readonly format: FormatName;
  readonly control: number;
  readonly a: bigint;
  readonly b: bigint;
}

const recordBytes = 32;
const resultBytes = 16;

function onHost(trials: readonly Trial[]): bigint[] {
  const program = built('tests/helpers/floats.c', 'gcc', (source, out) => ['-O1', '-o', out, source]);
  const input = new Uint8Array(trials.length * recordBytes);
  const dv = new DataView(input.buffer);
  trials.forEach((t, i) => {
    const at = i * recordBytes;
    input[at] = names.indexOf(t.op);
    input[at + 1] = formats[t.format];
    dv.setUint16(at + 2, t.control, true);
    for (const [offset, v] of [[4, t.a], [16, t.b]] as const) {
      dv.setBigUint64(at + offset, BigInt.asUintN(64, v), true);
      dv.setUint16(at + offset + 8, Number(v >> 64n), true);
    }
  });
  const r = spawnSync(program, [], { input, maxBuffer: 1 << 30 });
  if (r.status !== 0) throw new Error(`floats.c: ${r.signal ?? r.status}`);
  const out = new DataView(r.stdout.buffer, r.stdout.byteOffset, r.stdout.byteLength);
  return trials.map((_, i) => out.getBigUint64(i * resultBytes, true) | (out.getBigUint64(i * resultBytes + 8, true) << 64n));
}

const x87: Record<string, (a: Num, b: Num, env: Env) => Num> = { add, sub, mul, div, sqrt: (_a, b, env) => sqrt(b, env), rint: (_a, b, env) => rint(b, env.rounding, env) };

function inSoftware(t: Trial): bigint {
  if (t.format === 'f80') {
    const env: Env = { rounding: (t.control >> 10) & 3, ftz: false, daz: false, nan: x87Nan };
    const [a, b] = [unpack(f80, t.a), unpack(f80, t.b)];
    if (t.op === 'narrow') return pack(f64, isNan(b) ? x87Nan([b]) : b, env);
    const controlled: Env = t.op === 'rint' ? env : { ...env, precision: [24, 64, 53, 64][(t.control >> 8) & 3]! };
    return pack(f80, x87[t.op]!(a, b, controlled), controlled);
  }
  const env = envOf(t.control);
  switch (t.op) {
    case 'sqrt': case 'rint': return fpOp(`${t.format}.${t.op}`, [t.b], env);
    case 'min': case 'max': return fpOp(`${t.format}.p${t.op}`, [t.b, t.a], env);
    case 'fma': return fpOp(`${t.format}.fma`, [t.b, t.a, t.b], env);
    case 'narrow': return fpOp('f32.demote_f64', [t.b], env);
    case 'widen': return fpOp('f64.promote_f32', [t.b], env);
    default: return fpOp(`${t.format}.${t.op}`, [t.a, t.b], env);
  }
}

/** Any bits of the right size; f80 mostly widened or with a middling exponent. */
function operand(random: Random, format: FormatName): bigint {
  if (format !== 'f80') return randomFloat(random, format === 'f32' ? 32 : 64);
  const sign = random.bits(1) << 79n;
  switch (random.below(4)) {
    case 0: return pack(f80, unpack(f64, randomFloat(random, 64)));
    case 1: return random.bits(80);
    case 2: return sign | (random.pick([0n, 0n, 1n, 2n, 0x7ffen, 0x7fffn]) << 64n) | (random.bits(1) << 63n) | random.bits(random.below(64));
    default: return sign | ((16383n - 32n + random.bits(6)) << 64n) | (1n << 63n) | random.bits(63);
  }
}

function trial(random: Random, fma: boolean): Trial {
  const format = random.pick(['f32', 'f64', 'f80'] as const);
  const op = random.pick(has[format].filter((name) => fma || name !== 'fma'));
  const control = format === 'f80'
    ? 0x7f | (random.pick([0, 2, 3]) << 8) | (random.below(4) << 10)
    : 0x1f80 | (random.below(4) << 13) | (random.below(4) === 0 ? 0x8000 : 0) | (random.below(4) === 0 ? 0x40 : 0);
  return { op, format, control, a: operand(random, format), b: operand(random, format) };
}

/** Lines that say where host and software differ. */
export function compareFloats(random: Random, count: number, fma: boolean): string[] {
  const wrong: string[] = [];
  for (let done = 0; done < count; done += 65536) {
    const trials = Array.from({ length: Math.min(65536, count - done) }, () => trial(random, fma));
    const host = onHost(trials);
    trials.forEach((t, i) => {
      const got = inSoftware(t);
      if (got !== host[i]) wrong.push(`${t.format}.${t.op} ${t.a.toString(16)} ${t.b.toString(16)} control ${t.control.toString(16)}: host ${host[i]!.toString(16)}, software ${got.toString(16)}`);
    });
  }
  return wrong;
}

/** A suite of one test: `count` operations in all formats, rounding modes, precisions and flush modes. */
export function floatsOnHost(name: string, count: number, seed: number): void {
  const Floats = suite(name);
  Floats('software and processor agree bit for bit', () => {
    if (process.arch !== 'x64' || process.platform !== 'linux') return console.log(`${name}: skipped, the host is not x86-64 Linux`);
    if (!hasAll(name, 'gcc')) return;
    const fma = / fma /.test(readFileSync('/proc/cpuinfo', 'utf8'));
    console.log(`${name}: ${count} operations, seed ${seed}${fma ? '' : ', without fused multiply-add'}`);
    assert.equal(compareFloats(new Random(seed), count, fma).slice(0, 20), []);
  });
  Floats.run();
}
