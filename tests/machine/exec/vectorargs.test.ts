import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isFault } from '../../../isa/isa.js';
import { decode } from '../../../isa/x86/decode.js';
import { engineExecutor } from '../../helpers/engineRun.js';
import { difference, refExecutor } from '../../helpers/executors.js';
import { codeAt, dataAt, page, type Case } from '../../helpers/state.js';
const VectorArgs = suite('vector arguments of helpers');

VectorArgs('a first operand survives the load of the second across pages', () => {
  // PCMPESTRI X1, 5 bytes before a page's end: both the load and the helper's arguments go through scratch memory
  const code = Uint8Array.of(0x66, 0x0f, 0x3a, 0x61, 0x0b, 0x00);
  const insn = decode(code, 0, codeAt);
  if (isFault(insn)) throw new Error(insn);
  for (let seed = 1; seed < 9; seed++) {
    const c: Case = {
      form: insn.row.form, code, pc: codeAt, kind: 'sse', seed, patches: [page - 32], words: [],
      set: [[0, 16n], [2, 16n], [3, BigInt(dataAt + page - 5)]],
    };
    assert.is(difference(insn.row, c, refExecutor().run([c])[0]!, engineExecutor().run([c])[0]!), undefined);
  }
});

VectorArgs.run();
