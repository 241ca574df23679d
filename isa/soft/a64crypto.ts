/** arm64's SHA instructions. FIPS 180-4; Arm ARM C7.2 under each name. Vectors are 128-bit bigints, lane 0 lowest. */
import type { Helper } from './state.js';

// SHA-1 and SHA-256 on words.

const words = (v: bigint): [number, number, number, number] => [0, 1, 2, 3].map((i) => Number((v >> BigInt(32 * i)) & 0xffffffffn)) as [number, number, number, number];
const fromWords = (w: readonly number[]): bigint => w.reduce((v, x, i) => v | (BigInt(x >>> 0) << BigInt(32 * i)), 0n);
const rol = (x: number, n: number): number => ((x << n) | (x >>> (32 - n))) >>> 0;
const ror = (x: number, n: number): number => rol(x, 32 - n);

const choose = (x: number, y: number, z: number): number => (((y ^ z) & x) ^ z) >>> 0;
const majority = (x: number, y: number, z: number): number => ((x & y) | ((x | y) & z)) >>> 0;
const parity = (x: number, y: number, z: number): number => (x ^ y ^ z) >>> 0;

const sha1 = (f: (x: number, y: number, z: number) => number): Helper => (_st, d, n, m) => {
  let [a, b, c, e3] = words(d!);
  let e = Number(n! & 0xffffffffn);
  for (const w of words(m!)) {
    const t = (e + f(b, c, e3) + rol(a, 5) + w) >>> 0;
    e = e3;
    e3 = c;
    c = rol(b, 30);
    b = a;
    a = t;
  }
  return fromWords([a, b, c, e3]);
};
const sha1h: Helper = (_st, n) => BigInt(rol(Number(n! & 0xffffffffn), 30));
const sha1su0: Helper = (_st, d, n, m) => ((d! >> 64n) | ((n! & 0xffffffffffffffffn) << 64n)) ^ d! ^ m!;
const sha1su1: Helper = (_st, d, n) => {
  const t = words(d! ^ (n! >> 32n));
  const r = t.map((x) => rol(x, 1));
  r[3] = (r[3]! ^ rol(t[0], 2)) >>> 0;
  return fromWords(r);
};

/** Four rounds; both halves of the state come out, and the two instructions keep one each. */
function sha256(x: bigint, y: bigint, w: bigint): [bigint, bigint] {
  let [a, b, c, d] = words(x);
  let [e, f, g, h] = words(y);
  for (const k of words(w)) {
    const t = (h + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + choose(e, f, g) + k) >>> 0;
    const u = (t + (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + majority(a, b, c)) >>> 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t) >>> 0, c, b, a, u];
  }
  return [fromWords([a, b, c, d]), fromWords([e, f, g, h])];
}
const sha256su0: Helper = (_st, d, n) => {
  const w = words(d!);
  const next = [w[1], w[2], w[3], words(n!)[0]];
  return fromWords(w.map((x, i) => x + ((ror(next[i]!, 7) ^ ror(next[i]!, 18) ^ (next[i]! >>> 3)) >>> 0)));
};
const sha256su1: Helper = (_st, d, n, m) => {
  const [w, nn, mm] = [words(d!), words(n!), words(m!)];
  const sigma = (x: number): number => (ror(x, 17) ^ ror(x, 19) ^ (x >>> 10)) >>> 0;
  const t = [nn[1], nn[2], nn[3], mm[0]];
  const low = [mm[2], mm[3]].map((x, i) => (w[i]! + t[i]! + sigma(x)) >>> 0);
  const high = low.map((x, i) => (w[i + 2]! + t[i + 2]! + sigma(x)) >>> 0);
  return fromWords([...low, ...high]);
};

// SHA-512 on double words.

const M64 = (1n << 64n) - 1n;
const ror64 = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & M64;
const halves = (v: bigint): [bigint, bigint] => [v & M64, v >> 64n];
const sha512h: Helper = (_st, d, n, m) => {
  const [w0, w1] = halves(d!);
  const [x0, x1] = halves(n!);
  const [y0, y1] = halves(m!);
  const sigma = (v: bigint): bigint => ror64(v, 14n) ^ ror64(v, 18n) ^ ror64(v, 41n);
  const high = (((y1 & x0) ^ (~y1 & M64 & x1)) + sigma(y1) + w1) & M64;
  const t = (high + y0) & M64;
  const low = (((t & y1) ^ (~t & M64 & x0)) + sigma(t) + w0) & M64;
  return low | (high << 64n);
};
const sha512h2: Helper = (_st, d, n, m) => {
  const [w0, w1] = halves(d!);
  const [x0] = halves(n!);
  const [y0, y1] = halves(m!);
  const sigma = (v: bigint): bigint => ror64(v, 28n) ^ ror64(v, 34n) ^ ror64(v, 39n);
  const maj = (a: bigint, b: bigint, c: bigint): bigint => (a & b) ^ (a & c) ^ (b & c);
  const high = (maj(x0, y1, y0) + sigma(y0) + w1) & M64;
  const low = (maj(high, y0, y1) + sigma(high) + w0) & M64;
  return low | (high << 64n);
};
const sha512su0: Helper = (_st, d, n) => {
  const [w0, w1] = halves(d!);
  const sigma = (v: bigint): bigint => ror64(v, 1n) ^ ror64(v, 8n) ^ (v >> 7n);
  return ((w0 + sigma(w1)) & M64) | (((w1 + sigma(n! & M64)) & M64) << 64n);
};
const sha512su1: Helper = (_st, d, n, m) => {
  const sigma = (v: bigint): bigint => ror64(v, 19n) ^ ror64(v, 61n) ^ (v >> 6n);
  const [w, x, y] = [halves(d!), halves(n!), halves(m!)];
  return ((w[0] + sigma(x[0]) + y[0]) & M64) | (((w[1] + sigma(x[1]) + y[1]) & M64) << 64n);
};

export const a64CryptoHelpers: Readonly<Record<string, Helper>> = {
  a64_sha1c: sha1(choose), a64_sha1p: sha1(parity), a64_sha1m: sha1(majority), a64_sha1h: sha1h, a64_sha1su0: sha1su0, a64_sha1su1: sha1su1,
  a64_sha256h: (_st, d, n, m) => sha256(d!, n!, m!)[0], a64_sha256h2: (_st, d, n, m) => sha256(n!, d!, m!)[1], a64_sha256su0: sha256su0, a64_sha256su1: sha256su1,
  a64_sha512h: sha512h, a64_sha512h2: sha512h2, a64_sha512su0: sha512su0, a64_sha512su1: sha512su1,
};
