/**
 * Programs for arm64 alone: C programs that touch its registers print the same on qemu-aarch64 and on machines; Go
 * programs read clocks without system calls.
 */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineTrace } from '../helpers/straced.js';
import { arm64Programs, cBinary, cCompilers, goBinary, goCompilers } from '../helpers/toolchain.js';
import { check, checkHere, shuffled, ways } from './toolchains.js';

const Arm64 = suite('programs for arm64 alone');

for (const compiler of cCompilers.filter((c) => c.arch === 'arm64')) {
  for (const program of arm64Programs) {
    Arm64(`${program.name} of ${compiler.name}`, () => {
      const binary = cBinary(program, compiler);
      for (const config of shuffled(ways(25), program.name).slice(0, 8)) check(program, readFileSync(binary), config);
      checkHere(program, binary, compiler);
    });
  }
}

for (const compiler of goCompilers.filter((c) => c.arch === 'arm64')) {
  Arm64(`clocks cost a program of ${compiler.name} no system call`, () => {
    const path = goBinary({ name: 'arm64/clocks' }, compiler);
    const trace = machineTrace({ path }, { arch: 'arm64', cpu: 'v8', cores: 2 });
    assert.match(trace, /write\(1, "the clocks never went back\\n"/);
    assert.not.match(trace, /clock_gettime|gettimeofday/);
    assert.match(trace, /exited with 0/);
  });
}

Arm64.run();
