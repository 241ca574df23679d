/** Real input: static programs of a C compiler and of the Go toolchain, unmodified, boot and print. */
import { suite } from 'uvu';
import { cCompilers, cImage, cPrograms, goCommands, goImage, goPrograms } from '../helpers/toolchain.js';
import { check } from './toolchains.js';

const Toolchains = suite('programs of other toolchains');

const compiler = cCompilers[0];
if (compiler === undefined) console.log('static C programs: skipped, no C compiler');
for (const program of cPrograms.filter((p) => compiler !== undefined && ['c/hello', 'c/args', 'c/malloc'].includes(p.name))) {
  Toolchains(`${program.name} of ${compiler}`, () => void check(program, cImage(program, compiler!), { cores: 1 }));
}

const version = [...goCommands.keys()][0];
if (version === undefined) console.log('Go programs: skipped, no Go toolchain');
for (const program of goPrograms.filter((p) => version !== undefined && ['go/println', 'go/hello'].includes(p.name))) {
  for (const cores of [1, 4]) Toolchains(`${program.name} of ${version} on ${cores} cores`, () => void check(program, goImage(program, version!), { cores }));
}

Toolchains.run();
