/** Real input: static programs of a C compiler and of the Go toolchain, unmodified, boot and print. */
import { suite } from 'uvu';
import { arches } from '../../machine/config.js';
import { cCompilers, cImage, cPrograms, goCompilers, goImage, goPrograms } from '../helpers/toolchain.js';
import { check } from './toolchains.js';

const Toolchains = suite('programs of other toolchains');

for (const arch of arches) {
  const compiler = cCompilers.find((c) => c.arch === arch);
  if (!compiler) console.log(`static C programs of ${arch}: skipped, no C compiler`);
  else for (const program of cPrograms.filter((p) => ['c/hello', 'c/args', 'c/malloc'].includes(p.name))) {
    Toolchains(`${program.name} of ${compiler.name}`, () => void check(program, cImage(program, compiler), { cores: 1 }));
  }

  const go = goCompilers.find((c) => c.arch === arch);
  if (!go) console.log(`Go programs of ${arch}: skipped, no Go toolchain`);
  else for (const program of goPrograms.filter((p) => ['go/println', 'go/hello'].includes(p.name))) {
    for (const cores of [1, 4]) Toolchains(`${program.name} of ${go.name} on ${cores} cores`, () => void check(program, goImage(program, go), { cores }));
  }
}

Toolchains.run();
