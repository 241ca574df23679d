/** What CPUID answers, and that it answers the same as what executes. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cpuid, profile } from '../../../isa/x86/cpuid.js';

const Cpuid = suite('cpuid');
const text = (...words: number[]): string => {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  return String.fromCharCode(...bytes).replace(/\0+$/, '');
};

Cpuid('vendor, brand and signature', () => {
  const p = profile();
  const v = cpuid(p, 0, 0, 0);
  assert.is(text(v.ebx, v.edx, v.ecx), 'GenuineIntel');
  const brand = [2, 3, 4].flatMap((i) => Object.values(cpuid(p, 0x80000000 + i, 0, 0)) as number[]);
  assert.is(text(...brand), 'rt0 x86-64 core');
  assert.is(cpuid(p, 1, 0, 0).eax.toString(16), '506e3');
});

Cpuid('the default processor has SSE4.2 and POPCNT, and neither XSAVE nor AVX', () => {
  const { ecx, edx } = cpuid(profile(), 1, 0, 0);
  const on = (word: number, bit: number): boolean => ((word >>> bit) & 1) === 1;
  for (const bit of [0, 9, 13, 19, 20, 23]) assert.ok(on(ecx, bit), `ECX bit ${bit}`);
  for (const bit of [12, 26, 27, 28]) assert.not(on(ecx, bit), `ECX bit ${bit}`);
  for (const bit of [0, 8, 15, 23, 24, 25, 26, 28]) assert.ok(on(edx, bit), `EDX bit ${bit}`);
  assert.equal(cpuid(profile(), 7, 0, 0), { eax: 0, ebx: 0, ecx: 0, edx: 0 });
});

Cpuid('level v1 lacks what came later', () => {
  assert.is(cpuid(profile('v1'), 1, 0, 0).ecx, 0);
});

Cpuid('each core has its own number, and leaf 0BH counts them', () => {
  const p = profile('v2', 6);
  assert.is(cpuid(p, 1, 0, 5).ebx >>> 24, 5);
  assert.equal(cpuid(p, 0x0b, 1, 5), { eax: 3, ebx: 6, ecx: 0x201, edx: 5 });
});

Cpuid('the time stamp counter\'s frequency is crystal times ratio', () => {
  for (const hz of [4e9, 2.7e9, 1e9, 2.4e9, 1000]) {
    const { eax, ebx, ecx } = cpuid(profile('v2', 4, hz), 0x15, 0, 0);
    assert.is((ecx * ebx) / eax, hz);
  }
  assert.equal(cpuid(profile('v2', 4, 2.7e9), 0x16, 0, 0), { eax: 2700, ebx: 2700, ecx: 100, edx: 0 });
});

Cpuid('leaf 4 and leaf 80000006H tell the caches', () => {
  const cache = (type: 1 | 2 | 3, level: number, ways: number, sets: number) => ({ type, level, ways, sets, lineBytes: 64, shared: level === 3, inclusive: false });
  const p = profile('v2', 16, 2.7e9, [cache(1, 1, 8, 64), cache(2, 1, 8, 64), cache(3, 2, 16, 1024), cache(3, 3, 11, 32768)]);
  const sizes = [0, 1, 2, 3].map((sub) => {
    const { eax, ebx, ecx } = cpuid(p, 4, sub, 0);
    return [eax & 31, (eax >>> 5) & 7, (((ebx >>> 22) + 1) * ((ebx & 0xfff) + 1) * (ecx + 1)) / 1024, ((eax >>> 14) & 0xfff) + 1];
  });
  assert.equal(sizes, [[1, 1, 32, 1], [2, 1, 32, 1], [3, 2, 1024, 1], [3, 3, 22528, 16]]);
  assert.is(cpuid(p, 4, 4, 0).eax, 0);
  assert.is(cpuid(p, 4, 3, 0).edx, 0);
  assert.is(cpuid(profile(), 4, 3, 0).edx, 2, 'a client\'s L3 is inclusive');
  assert.is(cpuid(p, 0x80000006, 0, 0).ecx, (1024 * 65536) + 0x8040);
});

Cpuid('leaves past the end answer as the last basic one', () => {
  assert.equal(cpuid(profile(), 0x40000000, 0, 1), cpuid(profile(), 0x16, 0, 1));
});

Cpuid.run();
