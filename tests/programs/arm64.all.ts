/**
 * Programs for arm64. C programs that touch its registers print the same on qemu-aarch64 and on machines. Go programs read
 * clocks without system calls. The Go programs of tests/programs as arm64 images, of every toolchain here, each on one machine drawn from all cores, seeds and
 * interrupt grains. They print what they print on amd64, but for GOARCH; where fused multiply-adds round once, what
 * qemu-aarch64 prints for the same image.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { has, hasAll } from '../helpers/oracle.js';
import { machineTrace } from '../helpers/straced.js';
import { arm64Programs, cBinary, goBinary, goCommands, goPrograms, isFor, type Program } from '../helpers/toolchain.js';
import { check, shuffled, ways } from './toolchains.js';

const Arm64 = suite('programs on arm64');
/** Of half a billion instructions and more; the dump of registers names amd64's. */
const left = ['go/bigmap', 'go/crowd', 'go/recursion', 'go/dying'];
const differing = ['go/floats'];

/** What the program must print; undefined without qemu. */
function wanted(program: Program, binary: string): Program | undefined {
  if (!differing.includes(program.name)) return { ...program, output: program.output.replaceAll('amd64', 'arm64') };
  if (!has('qemu-aarch64')) return undefined;
  return { ...program, output: spawnSync('qemu-aarch64', [binary, ...program.arguments], { encoding: 'latin1' }).stdout };
}

const gcc = 'aarch64-linux-gnu-gcc';
for (const program of hasAll('C programs for arm64', gcc) ? arm64Programs : []) {
  Arm64(program.name, () => {
    const binary = cBinary(program, gcc);
    for (const config of shuffled(ways(25), program.name).slice(0, 8)) check(program, readFileSync(binary), { ...config, arch: 'arm64' });
    if (hasAll(program.name, 'qemu-aarch64')) assert.is(spawnSync('qemu-aarch64', [binary], { encoding: 'latin1' }).stdout, program.output);
  });
}

for (const version of goCommands.keys()) {
  Arm64(`clocks cost a program of ${version} no system call`, () => {
    const path = goBinary({ name: 'arm64/clocks' }, version, { environment: ['GOARCH=arm64'] });
    const trace = machineTrace({ path }, { arch: 'arm64', cpu: 'v8', cores: 2 });
    assert.match(trace, /write\(1, "the clocks never went back\\n"/);
    assert.not.match(trace, /clock_gettime|gettimeofday/);
    assert.match(trace, /exited with 0/);
  });
}

let instructions = 0;
let runs = 0;
for (const version of goCommands.keys()) {
  for (const program of goPrograms.filter((p) => isFor(p, version) && !left.includes(p.name))) {
    Arm64(`${program.name} of ${version}`, () => {
      const binary = goBinary(program, version, { environment: ['GOARCH=arm64'] });
      const want = wanted(program, binary);
      if (!want) return console.log(`${program.name}: skipped, no qemu-aarch64`);
      const [way] = shuffled(ways(25), `arm64 ${program.name}${version}`);
      instructions += check(want, readFileSync(binary), { ...way, arch: 'arm64' }).instructions;
      runs++;
    });
  }
}
Arm64.after(() => console.log(`${runs} runs, ${(instructions / 1e6).toFixed(0)} million instructions; left out: ${left.join(', ')}`));

Arm64.run();
