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

Cpuid('leaves past the end answer as the last basic one', () => {
  assert.equal(cpuid(profile(), 0x40000000, 0, 1), cpuid(profile(), 0x0b, 0, 1));
});

Cpuid.run();
