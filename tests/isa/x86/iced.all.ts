/** Random bytes of every opcode map: length and validity as iced-x86 has them. A seeded sample; iced.soak.ts has more. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareWithIced, modes } from '../../helpers/iced.js';

const Iced = suite('isa/x86 random bytes');
const count = 200_000;

for (const mode of modes) {
  Iced(`${mode.name}: length and validity as iced-x86`, () => {
    const { tried, valid, differences } = compareWithIced(mode, count, 1);
    console.log(`${mode.name}: ${tried} byte strings, ${valid} valid, ${differences.length} differences`);
    assert.equal(differences.slice(0, 10), []);
  });
}

Iced.run();
