/** Frames of running Go programs against what their runtime prints of the same moment: every goroutine, with fp, sp, pc, file and line. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DebugInfo } from '../../../machine/debug/info.js';
import { walkForeign, walkHandlers, walkStacks } from '../../helpers/traceback.js';
import { cCompilers, goBinary, goCompilers } from '../../helpers/toolchain.js';
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

for (const compiler of goCompilers.filter((c) => c.arch === 'amd64' && cCompilers.some((cc) => cc.command === 'gcc'))) {
  Unwind(`C called by ${compiler.name}`, () => {
    const build = { environment: ['CGO_ENABLED=1', 'CC=gcc'], flags: ['-ldflags', '-linkmode external -extldflags "-static"'] };
    const image = new Uint8Array(readFileSync(goBinary({ name: 'cgo/foreign' }, compiler, build)));
    const compared = walkForeign(image, DebugInfo.of(image), 4);
    console.log(`C called by ${compiler.name}: ${compared} stacks`);
    assert.is(compared, 4);
  });
}

Unwind.run();
