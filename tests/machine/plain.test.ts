import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { Blobs, BlobStore, decode, encode, PlainError } from '../../machine/plain.js';
const Plain = suite('plain');

const leaf = fc.oneof(
  fc.constantFrom(undefined, null, true, false, -0, NaN, Infinity, 2 ** 53, -(2 ** 52), 2 ** 51 - 1),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float64Array(),
);
/** uvu compares maps and sets by primitive keys only. */
const key = fc.oneof(fc.integer(), fc.string(), fc.bigInt());
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
    fc.array(fc.tuple(key, tie('value'))).map((entries) => new Map(entries)),
    fc.array(key).map((entries) => new Set(entries)),
  ),
})).value;

Plain('any plain value comes back as it was', () => {
  fc.assert(
    fc.property(value, (v) => {
      const back = decode(encode(v));
      assert.equal(Buffer.from(encode(back)), Buffer.from(encode(v)));
      if (!hasOwnProto(v)) assert.equal(back, v);
    }),
    { seed: 1, numRuns: 50 },
  );
});

/** `__proto__` as an own key is kept, but uvu's comparison does not see it. */
function hasOwnProto(v: unknown): boolean {
  return typeof v === 'object' && v !== null && (Object.hasOwn(v, '__proto__') || Object.values(v).some(hasOwnProto) || ((v instanceof Map || v instanceof Set) && [...v.values()].some(hasOwnProto)));
}

Plain('large byte arrays stand beside the encoding, copied again only after a change', () => {
  const store = new BlobStore();
  const live = { small: new Uint8Array(9), large: new Uint8Array(10001).fill(3) };
  const encoded = (): { bytes: Uint8Array; list: Uint8Array[] } => {
    const blobs = new Blobs(store);
    return { bytes: encode(live, blobs), list: blobs.list };
  };
  const first = encoded();
  assert.ok(first.bytes.length < 100);
  assert.ok(encoded().list[0] === first.list[0]);
  live.large[10000] = 4;
  const second = encoded();
  assert.ok(second.list[0] !== first.list[0]);
  assert.is((decode(first.bytes, first.list) as typeof live).large[10000], 3);
  const back = decode(second.bytes, second.list) as typeof live;
  assert.equal(back, live);
  back.large[0] = 99;
  assert.is(second.list[0]![0], 3, 'the value owns its bytes');
  assert.throws(() => decode(second.bytes), 'unknown blob');
});

Plain('damaged bytes are refused, whatever they are', () => {
  fc.assert(
    fc.property(value, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat(), (v, edits, cut) => {
      let bytes = encode(v);
      for (const [at, b] of edits) bytes[at % bytes.length] = b;
      if (cut % 3 === 0) bytes = bytes.slice(0, cut % bytes.length);
      try {
        decode(bytes);
      } catch (e) {
        assert.instance(e, PlainError);
      }
    }),
    { seed: 3, numRuns: 100 },
  );
});

Plain('what is not plain is refused with its path', () => {
  assert.throws(() => encode({ a: [1, { b: () => 1 }] }), 'not plain data: .a[1].b is a function');
  assert.throws(() => encode(new Map([['k', new Date(0)]])), 'not plain data: .k is a Date');
});

Plain.run();
