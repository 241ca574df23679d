/** Frames of running Go programs against what their runtime prints of the same moment: every goroutine, with fp, sp, pc, file and line. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DebugInfo } from '../../../machine/debug/info.js';
import { walkHandlers, walkStacks } from '../../helpers/traceback.js';
import { goBinary, goCompilers } from '../../helpers/toolchain.js';
const Unwind = suite('frames of Go programs');

const moments = 16;

for (const compiler of goCompilers) {
  for (const flags of [[], ['-ldflags=-s -w']]) {
    Unwind(`stacks of ${compiler.name} ${flags.join(' ')}`, () => {
      const image = new Uint8Array(readFileSync(goBinary({ name: 'stacks/stacks' }, compiler, { flags })));
      const seen = walkStacks(image, DebugInfo.of(image), compiler.arch, moments);
      assert.ok(seen.moments - seen.missed > moments / 2 && seen.changes > 0, JSON.stringify(seen));
      console.log(`frames of ${compiler.name} ${flags.join(' ')}: ${JSON.stringify(seen)}`);
    });
  }
}

for (const compiler of goCompilers) {
  Unwind(`stacks of ${compiler.name} in the vDSO`, () => {
    const image = new Uint8Array(readFileSync(goBinary({ name: 'stacks/clock' }, compiler)));
    const seen = walkStacks(image, DebugInfo.of(image), compiler.arch, 4, true);
    assert.ok(seen.moments - seen.missed > 1, JSON.stringify(seen));
    console.log(`frames of ${compiler.name} in the vDSO: ${JSON.stringify(seen)}`);
  });

  Unwind(`handlers of signals of ${compiler.name}`, () => {
    const image = new Uint8Array(readFileSync(goBinary({ name: 'stacks/stacks' }, compiler)));
    const seen = walkHandlers(image, DebugInfo.of(image), compiler.arch, 6);
    console.log(`handlers of ${compiler.name}: ${JSON.stringify(seen)}`);
    assert.ok(seen.through > 50 && seen.through > seen.stops * 0.8, JSON.stringify(seen));
  });
}

Unwind.run();
