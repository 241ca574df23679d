/** Mutated programs on the machine: whatever the bytes, a run ends in an outcome, never in an exception of the model. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ElfError } from '../../isa/abi/elf.js';
import { arches, type Arch } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { imageOf } from '../helpers/guest.js';
import { Random } from '../helpers/random.js';
import { mutant } from '../isa/abi/elfMutants.js';

const programs = ['hello', 'syscalls', 'counter', 'boot2', 'signal'];

/** Cycles that a mutant may run: enough for most of its code, and for those that loop. */
const limitCycles = 30_000;

/** Bytes of the code changed, so that the image loads and goes astray. */
function astray(image: Uint8Array, r: Random): Uint8Array {
  const out = image.slice();
  for (let n = 1 + r.below(6); n > 0; n--) out[Math.min(out.length - 1, 0x1000 + r.below(0x1000))] = r.below(256);
  return out;
}

/** How the run of one mutant ended. */
function outcome(image: Uint8Array, arch: Arch, cores: number): string {
  const machine = new Machine({ arch, cores, memoryBytes: 8 << 20 }, new MemoryHost('some input\n'));
  try {
    machine.load(image, ['mutant']);
  } catch (e) {
    if (e instanceof ElfError) return 'refused';
    throw e;
  }
  return machine.run(limitCycles);
}

export function run(name: string, count: number, seed: number): void {
  const Mutants = suite(name);
  Mutants(`${count} mutated programs end in an outcome`, () => {
    const r = new Random(seed);
    const tally = new Map<string, number>();
    let slowest = 0;
    for (let i = 0; i < count; i++) {
      const arch = r.pick(arches);
      const image = imageOf(r.pick(programs), arch);
      const changed = r.below(3) === 0 ? mutant(image, r) : astray(image, r);
      const start = performance.now();
      const what = outcome(changed, arch, 1 + r.below(4));
      slowest = Math.max(slowest, performance.now() - start);
      tally.set(what, (tally.get(what) ?? 0) + 1);
    }
    console.log(`${name}: ${count} mutants, ${[...tally].map(([what, n]) => `${n} ${what}`).join(', ')}, slowest ${slowest.toFixed(0)} ms`);
    assert.ok(slowest < 20_000, 'no hang');
  });
  Mutants.run();
}
