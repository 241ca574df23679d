/** Throughput of repeated blocks: the bound that decides, as sums, and the simulation beside it. Skylake unless named. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explain } from '../../../machine/uarch/explain.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { bhiveStart, boundsOf, windowTicks, type Bounds, type Layout } from '../../../machine/uarch/throughput.js';
import { cycle } from '../../../machine/uarch/uarch.js';
import { a64Insns, x86Insns } from '../../helpers/insns.js';

const Throughput = suite('machine/uarch throughput');
const skylake = uarchOf('skylake')!;

const bounds = (text: string, layout: Layout = 'loop', start?: bigint): Bounds => boundsOf(skylake, x86Insns(text), layout, start);
const window = (text: string, layout: Layout = 'loop', start?: bigint): number => windowTicks(skylake, x86Insns(text), layout, start) / cycle;
const near = (got: number, want: number, within: number): void => assert.ok(Math.abs(got - want) <= within, `${got}, not ${want}`);

Throughput('a chain of multiplications takes their latencies', () => {
  const text = `
    48 0f af c1   imul %rcx,%rax
    48 0f af c1   imul %rcx,%rax
    48 ff c0      inc %rax
  `;
  assert.is(bounds(text).chain, (3 + 3 + 1) * cycle);
  assert.is(window(text), 3 + 3 + 1);
});

Throughput('two multiplications a copy need port 1 twice', () => {
  const text = `
    48 6b c1 03   imul $3,%rcx,%rax
    48 6b d1 03   imul $3,%rcx,%rdx
  `;
  const b = bounds(text);
  assert.equal([b.ports, b.worstPorts, b.chain], [2 * cycle, 1 << 1, 0]);
  assert.is(window(text), 2);
});

Throughput('eight additions of immediates take 8 / 4 slots', () => {
  const text = Array.from({ length: 8 }, (_, i) => `83 c${i} 01  add $1`).join('\n');
  assert.is(bounds(text).issue, (8 / 4) * cycle);
  near(window(text), 2, 0.1);
});

Throughput('unrolled, 16 bytes of one-byte instructions are predecoded in 5 + 5 + 5 + 1', () => {
  const text = Array(16).fill('90  nop').join('\n');
  assert.is(bounds(text, 'unrolled').predecode, 4 * cycle);
  near(window(text, 'unrolled'), 4, 0.1);
  assert.is(bounds(text, 'loop').predecode, 0);
});

Throughput('a length-changing prefix costs three cycles more', () => {
  const text = '66 05 34 12 66 05 34 12 66 05 34 12 66 05 34 12  add $0x1234,%ax four times';
  assert.is(bounds(text, 'unrolled').predecode, (1 + 3 * 4) * cycle);
});

Throughput('one complex instruction a cycle passes the decoders', () => {
  const text = `
    0f c8   bswap %eax
    0f c9   bswap %ecx
    0f ca   bswap %edx
  `;
  assert.is(bounds(text, 'unrolled').decode, 3 * cycle);
  near(window(text, 'unrolled'), 3, 0.1);
});

Throughput('the divider is kept for four cycles', () => {
  const text = 'f2 0f 5e c8  divsd %xmm0,%xmm1\n0f 57 c9  xorps %xmm1,%xmm1';
  const b = bounds(text);
  assert.equal([b.divider, b.chain], [4 * cycle, 0]);
  assert.is(window(text), 4);
});

Throughput('a counter in memory takes forwarding and its addition', () => {
  const text = '48 83 03 01  addq $1,(%rbx)';
  assert.is(bounds(text).chain, (4 + 1) * cycle);
  near(window(text), 4 + 1, 0.5);
});

Throughput('pointers are distinct unless they are known to be equal', () => {
  const text = '48 8b 07  mov (%rdi),%rax\n48 ff c0  inc %rax\n48 89 03  mov %rax,(%rbx)';
  assert.is(bounds(text).chain, 0);
  assert.is(bounds(text, 'loop', bhiveStart).chain, (4 + 1) * cycle);
});

Throughput('chasing pointers takes four cycles, five with an index', () => {
  assert.is(bounds('48 8b 00  mov (%rax),%rax').chain, 4 * cycle);
  assert.is(bounds('48 8b 04 08  mov (%rax,%rcx),%rax').chain, 5 * cycle);
  assert.is(window('48 8b 00  mov (%rax),%rax'), 4);
});

Throughput('pushes and pops leave the stack pointer to the stack engine until it is named', () => {
  assert.is(bounds('50  push %rax\n 58  pop %rax').issue, (2 / 4) * cycle);
  const named = bounds('50  push %rax\n 48 83 c4 08  add $8,%rsp');
  assert.is(named.issue, Math.ceil((3 / 4) * cycle));
  assert.is(named.chain, (1 + 1) * cycle); // the update, then the addition
});

Throughput('a locked addition runs alone', () => {
  const text = 'f0 48 83 03 01  lock addq $1,(%rbx)';
  assert.is(bounds(text).total, 18 * cycle);
  near(window(text), 18, 1);
});

Throughput('unit: the sum of its instructions, in both modes', () => {
  const insns = x86Insns('48 8b 03  mov (%rbx),%rax\n48 01 c1  add %rax,%rcx\n48 89 0b  mov %rcx,(%rbx)');
  const unit = uarchOf('unit')!;
  assert.is(boundsOf(unit, insns, 'loop').total, (4 + 1 + 1) * cycle);
  assert.is(windowTicks(unit, insns, 'loop'), (4 + 1 + 1) * cycle);
});

Throughput('neoverse_n1: a load, an addition and a store through memory; a division blocks its pipe', () => {
  const n1 = uarchOf('neoverse_n1')!;
  const chain = a64Insns('f9400001  ldr x1, [x0]\n91000421  add x1, x1, #1\nf9000001  str x1, [x0]');
  assert.is(boundsOf(n1, chain, 'loop').total, (5 + 1) * cycle);
  const moved = a64Insns('aa0003e2  mov x2, x0\nf9400001  ldr x1, [x0]\n91000421  add x1, x1, #1\nf9000041  str x1, [x2]');
  assert.is(boundsOf(n1, moved, 'loop').total, (5 + 1) * cycle); // x2 is x0
  const divide = a64Insns('9ac20823  udiv x3, x1, x2\n9ac20824  udiv x4, x1, x2');
  assert.is(boundsOf(n1, divide, 'loop').total, (5 + 5) * cycle);
  assert.is(windowTicks(n1, divide, 'loop'), (5 + 5) * cycle);
  assert.is(boundsOf(n1, a64Insns('f8e10002  ldaddal x1, x2, [x0]'), 'loop').total, 15 * cycle);
});

Throughput('an explanation names the bottleneck', () => {
  const question = { mode: 'interval', layout: 'unrolled', start: undefined } as const;
  const last = (text: string): string => explain(skylake, x86Insns(text), question).at(-1)!;
  assert.is(last('48 0f af c1  imul %rcx,%rax\n89 d1  mov %edx,%ecx'), 'bottleneck: dependence chain through instruction 1');
  assert.is(last('48 6b c1 03  imul $3,%rcx,%rax\n48 6b d1 03  imul $3,%rcx,%rdx'), 'bottleneck: ports: 1 used by instructions 1, 2');
  assert.is(last(Array(16).fill('90  nop').join('\n')), 'bottleneck: front end: predecoding of 16-byte blocks; and front end: the decoders; and front end: 4 issue slots a cycle');
  assert.is(last('0f c8  bswap %eax\n0f c9  bswap %ecx'), 'bottleneck: front end: the decoders');
  assert.match(last('48 83 03 01  addq $1,(%rbx)'), /^bottleneck: dependence chain through instruction 1 and memory$/);
});

Throughput.run();
