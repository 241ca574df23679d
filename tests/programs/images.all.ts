/** Go images of other kinds: for later processors, stripped, not optimized, position-independent, with C in them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import type { Config } from '../../machine/config.js';
import { runImage } from '../helpers/onMachine.js';
import { cCompilers, cgoPrograms, goBinary, goCommands, goPrograms, type GoBuild, type Program } from '../helpers/toolchain.js';
import { check, checkHere } from './toolchains.js';

const Images = suite('kinds of Go images');

const byName = (name: string): Program => [...goPrograms, ...cgoPrograms].find((p) => p.name === name)!;
const mixed = byName('go/mixed');
const println = byName('go/println');

const withC = (cc: string, linkage: string): GoBuild => ({
  environment: ['CGO_ENABLED=1', `CC=${cc}`],
  flags: [...(linkage === '-static-pie' ? ['-buildmode=pie'] : []), '-ldflags', `-linkmode external -extldflags "${linkage}"`],
});

/** Images that run as the plain one does. */
const running: readonly (readonly [string, Program, GoBuild])[] = [
  ['GOAMD64=v2', mixed, { environment: ['GOAMD64=v2'] }],
  ['stripped', mixed, { flags: ['-ldflags', '-s -w'] }],
  ['not optimized', mixed, { flags: ['-gcflags=all=-N -l'] }],
  ...(cCompilers.includes('gcc') ? [['static and position-independent', mixed, withC('gcc', '-static-pie')] as const] : []),
  ...cCompilers.map((cc) => [`static with C by ${cc}`, byName('cgo/foreign'), withC(cc, '-static')] as const),
];

/** Images that the machine refuses by name, because they ask for a dynamic linker. */
const refused: readonly (readonly [string, Program, GoBuild])[] = [
  ['position-independent', println, { flags: ['-buildmode=pie'] }],
  ...(cCompilers.includes('gcc')
    ? ([
        ['dynamic with C', byName('cgo/foreign'), { environment: ['CGO_ENABLED=1'] }],
        ['race detector', println, { environment: ['CGO_ENABLED=1'], flags: ['-race'] }],
      ] as const)
    : []),
];

for (const version of goCommands.keys()) {
  for (const [kind, program, build] of running) {
    Images(`${program.name}, ${kind}, of ${version}`, () => {
      const binary = goBinary(program, version, build);
      const { errors } = checkHere(program, binary);
      for (const [seed, cores] of [1, 2, 4, 8].entries()) assert.is(check(program, readFileSync(binary), { cores, seed }).errors, errors);
    });
  }
  for (const [kind, program, build] of refused) {
    Images(`${program.name}, ${kind}, of ${version} is refused`, () => {
      const image = readFileSync(goBinary(program, version, build));
      assert.throws(() => runImage(image, ['program'], {}), /dynamically linked \(needs \/lib64\/ld-linux-x86-64\.so\.2\); only static programs run/);
    });
  }
  // Go's own refusal, by println before anything else runs
  for (const [level, cpu] of [['v2', 'v1'], ['v3', 'v2'], ['v4', 'v2']] as const) {
    Images(`an image of ${version} for ${level} finds a processor of ${cpu}`, () => {
      const image = readFileSync(goBinary(println, version, { environment: [`GOAMD64=${level}`] }));
      const config: Partial<Config> = { cores: 2, cpu };
      const { output, errors, status } = runImage(image, ['program'], config);
      assert.equal({ output, errors, status }, {
        output: '',
        errors: `This program can only be run on AMD64 processors with ${level} microarchitecture support.\n`,
        status: 1,
      });
    });
  }
}

Images.run();
