/** g as the model reads it, through the FS base of amd64 and in X28 of arm64, at every stop of Go images from their first instruction to their end. See helpers/tls.ts. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arches, cpuLevels } from '../../../machine/config.js';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { offsetsOfM, walk, walkOurs } from '../../helpers/tls.js';
import { goBinary, goCompilers, goPrograms } from '../../helpers/toolchain.js';
const Tls = suite('g of Go images');

for (const compiler of goCompilers) {
  const { arch, version } = compiler;
  for (const [name, cores] of [['go/println', 1], ['go/hello', 3]] as const) {
    Tls(`${name} of ${compiler.name} on ${cores} cores`, () => {
      const image = new Uint8Array(readFileSync(goBinary(goPrograms.find((p) => p.name === name)!, compiler)));
      const machine = new Machine({ arch, cores, cpu: cpuLevels[arch].at(-1)!, memoryBytes: 256 << 20, grain: 'insn', timing: 'none' }, new MemoryHost(), (parts) => new Kernel(parts));
      machine.load(image, [name]);
      const seen = walk(machine, image, 1e7, offsetsOfM(Number(/^go1\.(\d+)/.exec(version)![1])));
      assert.is(machine.exitStatus, 0);
      assert.ok((arch === 'arm64' || seen.loads > 100) && seen.entries > 1000 && seen.onStack > 1000 && seen.bodies > seen.stops / 2);
      console.log(`g of ${name} of ${compiler.name}: ${seen.stops} stops, ${seen.loads} loads, ${seen.entries} entries, ${seen.onStack} with SP in the stack of g, ${seen.goroutines.size} goroutines on ${seen.threads.size} threads`);
    });
  }
}

for (const arch of arches) {
  Tls(`boot2 on 3 cores of ${arch}`, () => {
    const seen = walkOurs('boot2', arch, 3);
    assert.ok(seen.onStack > 500 && seen.goroutines.size > 10 && seen.threads.size === 2, JSON.stringify({ ...seen, goroutines: seen.goroutines.size }));
  });
}

Tls.run();
