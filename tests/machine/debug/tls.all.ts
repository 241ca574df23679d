/** g through the FS base, at every stop of Go images from their first instruction to their end. See helpers/tls.ts. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { walk } from '../../helpers/tls.js';
import { goBinary, goCommands, goPrograms } from '../../helpers/toolchain.js';
const Tls = suite('g of Go images');

for (const version of goCommands.keys()) {
  for (const [name, cores] of [['go/println', 1], ['go/hello', 3]] as const) {
    Tls(`${name} of ${version} on ${cores} cores`, () => {
      const image = new Uint8Array(readFileSync(goBinary(goPrograms.find((p) => p.name === name)!, version)));
      const machine = new Machine({ cores, memoryBytes: 256 << 20, grain: 'insn' }, new MemoryHost(), (parts) => new Kernel(parts));
      machine.load(image, [name]);
      const seen = walk(machine, image, 1e7);
      assert.is(machine.exitStatus, 0);
      assert.ok(seen.loads > 100 && seen.entries > 1000 && seen.bodies > seen.stops / 2);
      console.log(`g of ${name} of ${version}: ${seen.stops} stops, ${seen.loads} loads, ${seen.entries} entries, ${seen.goroutines.size} goroutines on ${seen.threads.size} threads`);
    });
  }
}

Tls.run();
