/** Tags in the top byte of data addresses, which arm64 ignores. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { gprSlot } from '../../../isa/arm64/regs.js';
import { everything } from '../../helpers/arm64/executors.js';
import { dataAt, hex, machine } from './space.js';
const Tags = suite('tags of addresses');

const load = '430040f9'; // LDR X3, [X2]
const boot = (): ReturnType<typeof machine> => machine(hex(`${load}${load}${load}`), { isa: arm64Isa(everything) });

Tags('all tags lead to one word, also after a first access has filled the lookaside', () => {
  const { engine, space } = boot();
  space.write(dataAt + 8, Uint8Array.of(1, 2, 3, 4));
  for (const tag of [0x5an, 0n, 0x7fn]) {
    engine.state(0).set64(gprSlot(2), BigInt(dataAt + 8) | (tag << 56n));
    assert.not(engine.step(0));
    assert.is(engine.state(0).get64(gprSlot(3)), 0x04030201n);
  }
});

Tags('a page that was reached by a tag is forgotten with its mapping, and the fault names it without the tag', () => {
  const { engine, space } = boot();
  const core = engine.state(0);
  core.set64(gprSlot(2), BigInt(dataAt + 8) | (0x80n << 56n));
  assert.not(engine.step(0));
  space.pages.delete(dataAt / 4096);
  engine.shootdown(space, dataAt / 4096, 1);
  assert.ok(engine.step(0));
  assert.equal([engine.stop.reason, engine.stop.va], ['PageFault', dataAt + 8]);
});

Tags('bit 55 says which half is meant', () => {
  const { engine } = boot();
  engine.state(0).set64(gprSlot(2), 0x12ff_ffff_ffff_f000n);
  assert.ok(engine.step(0));
  assert.equal([engine.stop.reason, engine.stop.va], ['PageFault', -4096]);
});

Tags.run();
