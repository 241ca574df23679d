/** Prepared kinds: whatever an engine starts with, made here, stored and read again, or nothing, programs run the same. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { profile } from '../../../isa/x86/cpuid.js';
import { x86Isa } from '../../../isa/x86/isa.js';
import { pack, prepare, unpack, unprepared, type Prepared } from '../../../machine/exec/prepared.js';
import type { Packed } from '../../../machine/exec/packed.js';
import { Guest } from '../../bench/guest.js';
import { assembled } from '../../bench/kernels.js';

const Preparations = suite('prepared kinds');

const isa = x86Isa(profile('v2', 1));

const text = (p: Packed): string => JSON.stringify({ ...p, main: [...p.main], interval: [...p.interval], functions: [...p.functions] });

/** Packed, as a file would hold it, and read again. */
const packed = text(pack(isa));
const read = ((): Prepared => {
  const { main, functions, ...rest } = JSON.parse(packed) as Omit<Packed, 'main' | 'functions'> & Record<'main' | 'functions', number[]>;
  return unpack({ ...rest, main: Uint8Array.from(main), functions: Uint8Array.from(functions) });
})();

Preparations('programs run the same with and without', () => {
  const image = assembled('strings');
  const end = (prepared: Prepared): unknown => {
    const guest = new Guest(image, 'none', { isa, prepared });
    const finished = guest.run();
    return { ...finished, state: guest.engine.state(0).saveAll() };
  };
  const want = end(unprepared(isa));
  assert.equal(end(prepare(isa)), want);
  assert.equal(end(read), want);
});

Preparations('are the same when stored and read', () => {
  const [a, b] = [prepare(isa), read];
  assert.equal(b.kinds.map((k) => ({ ...k, unit: 0 })), a.kinds.map((k) => ({ ...k, unit: 0 })));
  assert.is(b.functionCount, a.functionCount);
  a.forms.forEach((ofRow, row) => ofRow?.forEach((form, key) => {
    const same = b.forms[row]!.get(key)!;
    assert.is(same.kind.id, form.kind.id);
    assert.equal(same.sources, form.sources);
    assert.is(same.dead?.kind.id, form.dead?.kind.id);
    if (form.dead) assert.equal(form.dead.sources, form.sources);
  }));
  assert.is(text(pack(isa)), packed);
});

Preparations('depend on the features of the processor', () => {
  assert.is(prepare(x86Isa(profile('v2', 4))), prepare(isa));
  assert.is.not(prepare(x86Isa(profile('v1', 1))), prepare(isa));
});

Preparations.run();
