/** Go images of other kinds: for later processors, stripped, not optimized, position-independent, with C in them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import type { Arch, Config } from '../../machine/config.js';
import { runImage } from '../helpers/onMachine.js';
import { cCompilers, cgoPrograms, goBinary, goCompilers, goPrograms, type Compiler, type GoBuild, type Program } from '../helpers/toolchain.js';
import { check, checkHere } from './toolchains.js';

const Images = suite('kinds of Go images');

const byName = (name: string): Program => [...goPrograms, ...cgoPrograms].find((p) => p.name === name)!;
const mixed = byName('go/mixed');
const println = byName('go/println');

const withC = (cc: Compiler, linkage: string): GoBuild => ({
  environment: ['CGO_ENABLED=1', `CC=${cc.command}`],
  flags: [...(linkage === '-static-pie' ? ['-buildmode=pie'] : []), '-ldflags', `-linkmode external -extldflags "${linkage}"`],
});

type Kind = readonly [string, Program, GoBuild];

/** Images that run as the plain one does. C compilers other than the first of their kind link no position-independent Go. */
const running = (arch: Arch): readonly Kind[] => {
  const ofArch = cCompilers.filter((cc) => cc.arch === arch);
  return [
    arch === 'amd64' ? ['GOAMD64=v2', mixed, { environment: ['GOAMD64=v2'] }] : ['GOARM64=v8.1', mixed, { environment: ['GOARM64=v8.1'] }],
    ['stripped', mixed, { flags: ['-ldflags', '-s -w'] }],
    ['not optimized', mixed, { flags: ['-gcflags=all=-N -l'] }],
    ...ofArch.slice(0, 1).map((cc): Kind => ['static and position-independent', mixed, withC(cc, '-static-pie')]),
    ...ofArch.map((cc): Kind => [`static with C by ${cc.name}`, byName('cgo/foreign'), withC(cc, '-static')]),
  ];
};

/** Images that the machine refuses by name, because they ask for a dynamic linker. */
const refused = (arch: Arch): readonly Kind[] => {
  const gcc = cCompilers.find((cc) => cc.arch === arch);
  const environment = ['CGO_ENABLED=1', `CC=${gcc?.command}`];
  return [
    ['position-independent', println, { flags: ['-buildmode=pie'] }],
    ...(gcc ? [['dynamic with C', byName('cgo/foreign'), { environment }] as const] : []),
    ...(gcc && arch === 'amd64' ? [['race detector', println, { environment, flags: ['-race'] }] as const] : []), // Debian has its library for amd64 only
  ];
};
const linkers: Readonly<Record<Arch, string>> = { amd64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' };

for (const compiler of goCompilers) {
  for (const [kind, program, build] of running(compiler.arch)) {
    Images(`${program.name}, ${kind}, of ${compiler.name}`, () => {
      const binary = goBinary(program, compiler, build);
      const here = checkHere(program, binary, compiler);
      for (const [seed, cores] of [1, 2, 4, 8].entries()) {
        const { errors } = check(program, readFileSync(binary), { cores, seed });
        if (here) assert.is(errors, here.errors);
      }
    });
  }
  for (const [kind, program, build] of refused(compiler.arch)) {
    Images(`${program.name}, ${kind}, of ${compiler.name} is refused`, () => {
      const image = readFileSync(goBinary(program, compiler, build));
      const why = `dynamically linked (needs ${linkers[compiler.arch]}); only static programs run`;
      assert.throws(() => runImage(image, ['program'], {}), (e: Error) => e.message.includes(why));
    });
  }
  if (compiler.arch !== 'amd64') continue;
  // Go's own refusal, by println before anything else runs
  for (const [level, cpu] of [['v2', 'v1'], ['v3', 'v2'], ['v4', 'v2']] as const) {
    Images(`an image of ${compiler.name} for ${level} finds a processor of ${cpu}`, () => {
      const image = readFileSync(goBinary(println, compiler, { environment: [`GOAMD64=${level}`] }));
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
