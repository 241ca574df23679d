/** Lines, functions and frames of images that our own assembler makes, for both instruction sets, without any other tool. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../../asm/assemble.js';
import { flag } from '../../../asm/syntax.js';
import { arches, type Arch } from '../../../machine/config.js';
import { disassemble } from '../../../machine/debug/disasm.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { memoryOf, threadOn } from '../../../machine/debug/thread.js';
import { unwind } from '../../../machine/debug/unwind/unwind.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
const Info = suite('machine/debug info');

const exit: Readonly<Record<Arch, string>> = {
  amd64: '\tMOVL $231, AX\n\tXORL DI, DI\n\tSYSCALL\n',
  arm64: '\tMOVD $94, R8\n\tMOVD $0, R0\n\tSVC\n',
};
const one: Readonly<Record<Arch, string>> = { amd64: '\tADDQ $1, AX\n', arm64: '\tADD $1, R0\n' };
const call: Readonly<Record<Arch, string>> = { amd64: 'CALL', arm64: 'BL' };

/** main calls outer, which calls leaf twice: frames of several sizes. */
const program = (arch: Arch): string => `TEXT main(SB), NOSPLIT|TOPFRAME, $0
	${call[arch]} outer(SB)
${exit[arch]}
TEXT outer(SB), NOSPLIT, $64
${one[arch]}	${call[arch]} leaf(SB)
	${call[arch]} bare(SB)
	RET

TEXT leaf(SB), NOSPLIT, $16
${one[arch]}	RET

TEXT bare(SB), NOSPLIT|NOFRAME, $0
${one[arch]}	RET
`;

const defines = Object.fromEntries(Object.entries(flag).map(([name, value]) => [name, String(value)]));

function build(arch: Arch): Uint8Array {
  const { image, diagnostics } = assemble([{ name: 'calls.s', text: program(arch) }], { arch, entry: 'main', defines, directory: '/src' });
  if (image === undefined) throw new Error(diagnostics.map((d) => d.message).join('\n'));
  return image;
}

for (const arch of arches) {
  const lineOf = (text: string): number => program(arch).split('\n').findIndex((l) => l.startsWith(text)) + 1;

  Info(`${arch}: every instruction has its line, every function its name`, () => {
    const info = DebugInfo.of(build(arch));
    for (const name of ['main', 'outer', 'leaf', 'bare']) {
      const f = info.functionNamed(name)!;
      const [first] = info.framesAt(f.low);
      const prologue = name === 'bare' ? 1 : 0; // it has none
      assert.equal([f.name, first!.name, first!.place], [name, name, { file: '/src/calls.s', line: lineOf(`TEXT ${name}`) + prologue }]);
      assert.is(info.functionAt(f.high - 1)!.name, name);
    }
    const leaf = info.functionNamed('leaf')!;
    assert.is(info.bodyOf(leaf), info.addressesOf('calls.s', lineOf('TEXT leaf') + 1)[0]);
    const [inside] = info.addressesOf('calls.s', lineOf('TEXT leaf') + 1);
    assert.ok(inside! > leaf.low && inside! < leaf.high);
    assert.equal(info.placeOf(inside!), { file: '/src/calls.s', line: lineOf('TEXT leaf') + 1 });
    assert.equal(info.addressesOf('calls.s', lineOf('TEXT bare') + 1), [info.functionNamed('bare')!.low]);
    assert.equal(info.addressesOf('other.s', 2), []);
  });

  Info(`${arch}: at every instruction of a run the frames are those of the calls`, () => {
    const image = build(arch);
    const info = DebugInfo.of(image);
    const machine = new Machine({ arch, cores: 1, memoryBytes: 8 << 20, grain: 'insn', timing: 'none' }, new MemoryHost());
    machine.load(image, ['calls']);
    const seen: string[] = [];
    for (let cycle = 0; machine.run(cycle) === 'limit'; cycle++) {
      const start = threadOn(machine, 0);
      if (start === undefined) continue;
      const frames = [...unwind(info.unwindTables, start, memoryOf(machine, 0)!)].map((f) => info.framesAt(f.lookup)[0]?.name);
      if (frames.join(' ') !== seen.at(-1)) seen.push(frames.join(' '));
    }
    assert.equal(seen, ['main', 'outer main', 'leaf outer main', 'outer main', 'bare outer main', 'outer main', 'main']);
    assert.is(machine.exitStatus, 0);
  });

  Info(`${arch}: listings show lines beside instructions in Go syntax, above them in GNU syntax`, () => {
    const image = build(arch);
    const go = [...disassemble(image, { syntax: 'go', match: /^bare$/, lines: true })];
    assert.is(go[0], 'TEXT bare(SB) /src/calls.s');
    assert.equal(go.slice(1, 3).map((l) => l.trim().split('\t')[0]), [1, 2].map((n) => `calls.s:${lineOf('TEXT bare') + n}`));
    const gnu = [...disassemble(image, { syntax: 'gnu', match: /^bare$/, lines: true })].filter((l) => /^\/|:$/.test(l));
    assert.equal(gnu.slice(2), ['bare():', ...[1, 2].map((n) => `/src/calls.s:${lineOf('TEXT bare') + n}`)]);
  });
}

Info('an address that nothing knows has no place, no function, no variable', () => {
  const info = DebugInfo.of(build('amd64'));
  assert.equal([info.placeOf(0), info.functionAt(0), info.variableAt(0), info.functionNamed('none'), info.typeNamed('none'), info.go], [undefined, undefined, undefined, undefined, undefined, undefined]);
  assert.equal(info.framesAt(0), []);
  assert.equal(info.localsAt(0), []);
});

Info.run();
