/** Go programs that are cut by snapshots: another machine continues each and ends as the whole run does. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { goCompilers, goImage, goPrograms } from '../../helpers/toolchain.js';
const Continued = suite('continued from a snapshot');

const pieces = 6;

for (const compiler of goCompilers) {
  for (const program of goPrograms.filter((p) => ['go/hello', 'go/channel', 'go/panics', 'go/preempt'].includes(p.name))) {
    Continued(`${program.name} of ${compiler.name} in ${pieces} machines`, () => {
      const options = { arch: compiler.arch, memoryBytes: 256 << 20, cores: 3 };
      const image = goImage(program, compiler);
      const start = (host: MemoryHost): Machine => {
        const machine = new Machine(options, host, (parts) => new Kernel(parts));
        machine.load(image, [program.name]);
        return machine;
      };
      const host = new MemoryHost();
      const whole = start(host);
      assert.is(whole.run(), 'exit');

      let machine = start(new MemoryHost());
      let output = '';
      const step = Math.ceil(whole.cycles / pieces);
      for (let i = 1; ; i++) {
        const part = new MemoryHost();
        machine = Machine.restore(machine.snapshot(), part, (parts) => new Kernel(parts));
        const outcome = machine.run(step * i);
        output += part.text(1);
        if (outcome === 'exit') break;
        assert.is(outcome, 'limit');
      }
      assert.is(output, host.text(1));
      assert.is(machine.digest(), whole.digest());
    });
  }
}

Continued.run();
