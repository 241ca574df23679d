import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GuestFault } from '../../../isa/soft/index.js';
import { slots } from '../../../isa/x86/regs.js';
import { Cells, memoryAt } from '../../helpers/cells.js';
import { Random } from '../../helpers/random.js';
const Sse = suite('soft sse');

const view = new DataView(new ArrayBuffer(4));
const bitsOf = (x: number): bigint => (view.setFloat32(0, x), BigInt(view.getUint32(0)));
const valueOf = (bits: bigint): number => (view.setUint32(0, Number(bits)), view.getFloat32(0));
const hex = (v: bigint): string => '0x' + v.toString(16);

Sse('reciprocal estimates stay within 1.5 * 2^-12 of the exact result', () => {
  const m = new Cells();
  const random = new Random(5);
  for (let i = 0; i < 3000; i++) {
    const x = valueOf((BigInt(2 + random.below(250)) << 23n) | random.bits(23));
    const near = (got: bigint, want: number): boolean => Math.abs(valueOf(got) / want - 1) <= 1.5 * 2 ** -12;
    if (1 / x > 2 ** -126) assert.ok(near(m.call('f32.rcp', bitsOf(x)), 1 / x), `rcp ${x}`);
    assert.ok(near(m.call('f32.rsqrt', bitsOf(x)), 1 / Math.sqrt(x)), `rsqrt ${x}`);
  }
});

Sse('reciprocal estimates of zeros, denormals, infinities and negatives are the manual\'s', () => {
  const m = new Cells();
  const rcp = (v: bigint): string => hex(m.call('f32.rcp', v));
  const rsqrt = (v: bigint): string => hex(m.call('f32.rsqrt', v));
  assert.equal([0n, 0x80000000n, 1n, 0x80000001n, 0x7f800000n, 0xff800000n, 0x7f7fffffn].map(rcp),
    ['0x7f800000', '0xff800000', '0x7f800000', '0xff800000', '0x0', '0x80000000', '0x0']);
  assert.equal([0n, 0x80000000n, 1n, 0xbf800000n, 0x7f800000n, 0xff800000n, 0x7f800001n].map(rsqrt),
    ['0x7f800000', '0xff800000', '0x7f800000', '0xffc00000', '0x0', '0xffc00000', '0x7fc00001']);
});

Sse('LDMXCSR keeps what it is given, tells the fast paths, and refuses what is not modelled', () => {
  const m = new Cells();
  m.call('ldmxcsr', 0x1fbf);
  assert.equal([m.get(slots.mxcsr, 32), m.get(slots.fpSlow, 32)], [0x1fbfn, 0n]);
  m.call('ldmxcsr', 0x7f80); // round toward zero
  assert.equal([m.get(slots.mxcsr, 32), m.get(slots.fpSlow, 32)], [0x7f80n, 1n]);
  const refused = (v: number): string => {
    try {
      m.call('ldmxcsr', v);
    } catch (e) {
      return (e as GuestFault).kind;
    }
    return 'taken';
  };
  assert.equal([refused(0x11f80), refused(0x1f00)], ['protection', 'unimplemented']);
  assert.is(m.get(slots.mxcsr, 32), 0x7f80n);
});

Sse('operations follow MXCSR', () => {
  const m = new Cells();
  const [one, three] = [bitsOf(1), bitsOf(3)];
  assert.is(hex(m.call('f32.div', one, three)), '0x3eaaaaab');
  m.call('ldmxcsr', 0x3f80); // down
  assert.is(hex(m.call('f32.div', one, three)), '0x3eaaaaaa');
  assert.is(hex(m.call('f32x4.div', one | (one << 64n), three | (three << 64n))), '0xffc000003eaaaaaaffc000003eaaaaaa');
  m.call('ldmxcsr', 0x9fc0); // flush to zero, denormals as zero
  assert.is(m.call('f32.mul', 1n, one), 0n);
});

Sse('FXRSTOR takes back what FXSAVE stored', () => {
  const [from, to] = [new Cells(), new Cells()];
  const random = new Random(6);
  for (let i = 0; i < 16; i++) from.put(slots.xmm + 16 * i, 128, random.bits(128));
  for (let i = 0; i < 5; i++) from.call('x87.push_f80', random.u64() | (1n << 63n), random.below(0x7fff));
  from.call('ldmxcsr', 0xdf80);
  from.call('x87.fldcw', 0xb7f);
  from.call('fxsave', memoryAt);
  to.memory.set(from.memory);
  to.call('fxrstor', memoryAt);
  to.put(slots.fpSlow, 32, from.get(slots.fpSlow, 32));
  assert.equal(to.bytes, from.bytes);
  assert.equal([...from.memory.subarray(0, 5)], [0x7f, 0x0b, 0x00, 0x18, 0xf8], 'control, status with TOP 3, tags of registers 3 to 7');
});

Sse('PCMPISTRI finds a byte of a set, PCMPESTRM marks equal bytes', () => {
  const m = new Cells();
  const text = (s: string): bigint => [...s].reduce((v, c, i) => v | (BigInt(c.charCodeAt(0)) << BigInt(8 * i)), 0n);
  const any = m.call('pcmpistr', text('xyz'), text('hello, lazy'), 0);
  assert.is(m.call('pcmpstr_index', any, 0), 9n, 'z');
  assert.is(m.call('pcmpstr_index', any, 0x40), 10n, 'y comes last');
  const each = m.call('pcmpestr', text('abcd'), text('abxd'), 0x08, 4n, 4n);
  assert.is(hex(m.call('pcmpstr_mask', each, 0x48)), '0xffffffffffffffffffffffffff00ffff', 'bytes beyond both texts are equal');
});

Sse.run();
