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

/** As a file would hold it. */
function stored(p: Packed): Packed {
  return { ...(JSON.parse(JSON.stringify({ ...p, main: 0, functions: 0 })) as Packed), main: p.main.slice(), functions: p.functions.slice() };
}

Preparations('programs run the same with and without', () => {
  const image = assembled('strings');
  const end = (prepared: Prepared): unknown => {
    const guest = new Guest(image, { isa, prepared });
    const finished = guest.run();
    return { ...finished, state: guest.engine.state(0).saveAll() };
  };
  const want = end(unprepared(isa));
  assert.equal(end(prepare(isa)), want);
  assert.equal(end(unpack(stored(pack(isa)))), want);
});

Preparations('are the same when stored and read', () => {
  const [a, b] = [prepare(isa), unpack(stored(pack(isa)))];
  assert.equal(b.kinds.map((k) => ({ ...k, unit: 0 })), a.kinds.map((k) => ({ ...k, unit: 0 })));
  assert.is(b.functionCount, a.functionCount);
  a.forms.forEach((ofRow, row) => ofRow?.forEach((form, key) => {
    const read = b.forms[row]!.get(key)!;
    assert.is(read.kind.id, form.kind.id);
    assert.equal(read.sources, form.sources);
    assert.is(read.dead?.kind.id, form.dead?.kind.id);
    if (form.dead) assert.equal(form.dead.sources, form.sources);
  }));
  assert.equal(pack(isa), pack(isa));
});

Preparations('depend on the features of the processor', () => {
  assert.is(prepare(x86Isa(profile('v2', 4))), prepare(isa));
  assert.is.not(prepare(x86Isa(profile('v1', 1))), prepare(isa));
});

Preparations.run();
