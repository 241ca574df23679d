/** Reads a CPU profile as Go's runtime/pprof writes it: protobuf in gzip. Only what the tests ask of it. */
import { gunzipSync } from 'node:zlib';
import { fieldsOf, packed, type Fields } from './protobuf.js';

export interface CpuProfile {
  /** `samples/count`, `cpu/nanoseconds`. */
  readonly types: readonly string[];
  /** Functions from the innermost out, and the sample's values in the order of `types`. */
  readonly samples: readonly { readonly stack: readonly string[]; readonly values: readonly bigint[] }[];
  readonly periodNanos: bigint;
  readonly durationNanos: bigint;
}

const messages = (f: Fields, number: number): Fields[] => (f.get(number) ?? []).map((v) => fieldsOf(v as Uint8Array));
const number = (f: Fields, at: number): bigint => (f.get(at)?.[0] as bigint | undefined) ?? 0n;

const numbers = (f: Fields, at: number): bigint[] => packed(f.get(at));

export function readProfile(file: Uint8Array): CpuProfile {
  const profile = fieldsOf(gunzipSync(file));
  const strings = (profile.get(6) ?? []).map((s) => new TextDecoder().decode(s as Uint8Array));
  const text = (f: Fields, at: number): string => strings[Number(number(f, at))]!;
  const functions = new Map(messages(profile, 5).map((f) => [number(f, 1), text(f, 2)]));
  // a location has a line per inlined call, the innermost first
  const locations = new Map(messages(profile, 4).map((l) => [number(l, 1), messages(l, 4).map((line) => functions.get(number(line, 1))!)]));
  return {
    types: messages(profile, 1).map((t) => `${text(t, 1)}/${text(t, 2)}`),
    samples: messages(profile, 2).map((s) => ({ stack: numbers(s, 1).flatMap((id) => locations.get(id)!), values: numbers(s, 2) })),
    periodNanos: number(profile, 12),
    durationNanos: number(profile, 10),
  };
}

/** Nanoseconds by innermost function. */
export function flat(p: CpuProfile): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { stack, values } of p.samples) sums.set(stack[0]!, (sums.get(stack[0]!) ?? 0) + Number(values[1]));
  return sums;
}
