/** Reads a CPU profile as Go's runtime/pprof writes it: protobuf in gzip. Only what the tests ask of it. */
import { gunzipSync } from 'node:zlib';

export interface CpuProfile {
  /** `samples/count`, `cpu/nanoseconds`. */
  readonly types: readonly string[];
  /** Functions from the innermost out, and the sample's values in the order of `types`. */
  readonly samples: readonly { readonly stack: readonly string[]; readonly values: readonly bigint[] }[];
  readonly periodNanos: bigint;
  readonly durationNanos: bigint;
}

/** A message's fields by number: bytes of length-delimited ones, numbers of the others, each in order. */
type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function varint(bytes: Uint8Array, at: number): [value: bigint, next: number] {
  let value = 0n;
  for (let i = at; ; i++) {
    value |= BigInt(bytes[i]! & 0x7f) << BigInt(7 * (i - at));
    if (bytes[i]! < 0x80) return [value, i + 1];
  }
}

function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  for (let at = 0; at < bytes.length; ) {
    const [key, body] = varint(bytes, at);
    const [number, type] = [Number(key >> 3n), Number(key & 7n)];
    if (type !== 0 && type !== 2) throw new Error(`protobuf wire type ${type}`);
    const [value, next] = varint(bytes, body);
    const end = type === 0 ? next : next + Number(value);
    const list = fields.get(number) ?? [];
    list.push(type === 0 ? value : bytes.subarray(next, end));
    fields.set(number, list);
    at = end;
  }
  return fields;
}

const messages = (f: Fields, number: number): Fields[] => (f.get(number) ?? []).map((v) => fieldsOf(v as Uint8Array));
const number = (f: Fields, at: number): bigint => (f.get(at)?.[0] as bigint | undefined) ?? 0n;

/** A repeated number, packed or not. */
function numbers(f: Fields, at: number): bigint[] {
  return (f.get(at) ?? []).flatMap((v) => {
    if (typeof v === 'bigint') return [v];
    const list: bigint[] = [];
    for (let i = 0; i < v.length; ) {
      const [value, next] = varint(v, i);
      list.push(value);
      i = next;
    }
    return list;
  });
}

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
