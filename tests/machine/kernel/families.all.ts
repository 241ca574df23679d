/**
 * Programs of several processes: they print here what they print on this computer, and a run that is cut by snapshots,
 * while several processes live, ends as the whole run does. Then processes that live at random.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { archOf } from '../../helpers/onMachine.js';
import { cBinary, cCompilers, cImage, cPrograms, goCompilers, goImage, goPrograms, type Program } from '../../helpers/toolchain.js';
import { checkHere } from '../../programs/toolchains.js';
import { randomFamilies } from './randomFamilies.js';
const Families = suite('families of processes');

const pieces = 7;
const ofC = cPrograms.filter((p) => ['c/fork', 'c/jobs', 'c/shared', 'c/spawn', 'c/named'].includes(p.name));
const ofGo = goPrograms.filter((p) => p.name === 'go/children');

/** Runs in `pieces` machines, each restored from a snapshot of the one before. Returns how many snapshots held several processes. */
function cut(program: Program, image: Uint8Array, cores: number): number {
  const arch = archOf(image);
  const options = { arch, memoryBytes: 256 << 20, cores };
  const start = (host: MemoryHost): Machine => {
    const machine = new Machine(options, host, (parts) => new Kernel(parts));
    machine.load(image, [program.name]);
    return machine;
  };
  const host = new MemoryHost();
  const whole = start(host);
  assert.is(whole.run(), 'exit');
  assert.is(host.text(1), program.wanted[arch].output);

  let machine = start(new MemoryHost());
  let output = '';
  let families = 0;
  const step = Math.ceil(whole.cycles / pieces);
  for (let i = 1; ; i++) {
    const part = new MemoryHost();
    if ((machine.kernel as Kernel).state.processes.size > 1) families++;
    machine = Machine.restore(machine.snapshot(), part, (parts) => new Kernel(parts));
    const outcome = machine.run(step * i);
    output += part.text(1);
    if (outcome === 'exit') break;
    assert.is(outcome, 'limit');
  }
  assert.is(output, host.text(1));
  assert.is(machine.digest(), whole.digest());
  return families;
}

for (const program of ofC) {
  for (const compiler of cCompilers) {
    Families(`${program.name} of ${compiler.name} on this computer`, () => void checkHere(program, cBinary(program, compiler), compiler));
    Families(`${program.name} of ${compiler.name} in ${pieces} machines`, () => {
      assert.ok(cut(program, cImage(program, compiler), 3) > 0);
    });
  }
}

for (const compiler of goCompilers) {
  for (const program of ofGo) Families(`${program.name} of ${compiler.name} in ${pieces} machines`, () => assert.ok(cut(program, goImage(program, compiler), 2) > 0));
}

console.log('random families: 3 seeds, 800 calls each, twice (soak: 60 seeds, 5000 calls)');
for (let seed = 1; seed <= 3; seed++) {
  Families(`random lives, seed ${seed}: records agree, and a second run ends alike`, () => {
    assert.equal(randomFamilies(seed, 800), randomFamilies(seed, 800));
  });
}

Families.run();
