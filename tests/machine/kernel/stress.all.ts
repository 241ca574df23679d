import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goCompilers } from '../../helpers/toolchain.js';
import { addFigures, figuresLine, noFigures, preempted, programFor, tenMillis, urgent, urgentPrograms } from './stress.js';
const Stress = suite('signal stress, a sample');

[1, 7, 101].forEach((every, i) => {
  Stress(`SIGURG after every ${every} blocks`, () => {
    let signals = 0;
    let runs = 0;
    for (const p of urgentPrograms().filter((_, n) => n % 5 === i)) {
      const { run, wrong } = urgent(p, every, 300, { grain: every === 7 ? 'insn' : 'block' });
      signals += run.handlers;
      runs++;
      assert.equal(wrong, [], p.label);
    }
    console.log(`SIGURG after every ${every} blocks: ${runs} runs, ${signals} handlers`);
  });
});

for (const compiler of goCompilers) {
  for (const cycles of tenMillis) {
    Stress(`${compiler.name}, 10 ms in ${cycles} cycles`, () => {
      const figures = noFigures();
      for (let seed = 1; seed <= 12; seed++) addFigures(figures, preempted(programFor(seed), compiler, cycles, seed));
      console.log(`${compiler.name}, 10 ms in ${cycles} cycles: ${figuresLine(figures)}`);
      assert.equal(figures.failures, []);
    });
  }
}

Stress.run();
