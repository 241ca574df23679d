/** Messages of protobuf, by field numbers: as much of the encoding as the tests' formats use, which is numbers, bytes and packed numbers. */

/** A message's fields by number: bytes of length-delimited ones, numbers of the others, each in order. */
export type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function varint(bytes: Uint8Array, at: number): [value: bigint, next: number] {
  let value = 0n;
  for (let i = at; ; i++) {
    value |= BigInt(bytes[i]! & 0x7f) << BigInt(7 * (i - at));
    if (bytes[i]! < 0x80) return [value, i + 1];
  }
}

export function fieldsOf(bytes: Uint8Array): Fields {
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

/** The numbers of a repeated field, packed or one by one. */
export function packed(field: readonly (bigint | Uint8Array)[] = []): bigint[] {
  const out: bigint[] = [];
  for (const part of field) {
    if (typeof part === 'bigint') out.push(part);
    else {
      for (let at = 0; at < part.length; ) {
        const [value, next] = varint(part, at);
        out.push(value);
        at = next;
      }
    }
  }
  return out;
}

function encoded(value: number): number[] {
  const out: number[] = [];
  let v = value;
  for (; v >= 128; v = Math.floor(v / 128)) out.push((v % 128) + 128);
  return [...out, v];
}

export const numberField = (id: number, value: number): Uint8Array => new Uint8Array([...encoded(id * 8), ...encoded(value)]);

export const bytesField = (id: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat([new Uint8Array([...encoded(id * 8 + 2), ...encoded(bytes.length)]), bytes]));
