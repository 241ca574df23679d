/**
 * The Go programs of tests/programs as arm64 images, of every toolchain here, each on one machine drawn from all cores, seeds and
 * interrupt grains. They print what they print on amd64, but for GOARCH; where fused multiply-adds round once, what
 * qemu-aarch64 prints for the same image.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import { has } from '../helpers/oracle.js';
import { goBinary, goCommands, goPrograms, isFor, type Program } from '../helpers/toolchain.js';
import { check, shuffled, ways } from './toolchains.js';

const Arm64 = suite('Go programs on arm64');
/** Of half a billion instructions and more; the dump of registers names amd64's. */
const left = ['go/bigmap', 'go/crowd', 'go/recursion', 'go/dying'];
const differing = ['go/floats'];

/** What the program must print; undefined without qemu. */
function wanted(program: Program, binary: string): Program | undefined {
  if (!differing.includes(program.name)) return { ...program, output: program.output.replaceAll('amd64', 'arm64') };
  if (!has('qemu-aarch64')) return undefined;
  return { ...program, output: spawnSync('qemu-aarch64', [binary, ...program.arguments], { encoding: 'latin1' }).stdout };
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
