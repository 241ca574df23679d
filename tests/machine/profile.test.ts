/** Counts by instruction and calls: they add up to what is counted of the cores, go where they belong, and change nothing. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../asm/assemble.js';
import { flag } from '../../asm/syntax.js';
import { arches, type Arch, type Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';
import { memoryOf } from '../../machine/memory/description.js';
import { imageOf } from '../helpers/guest.js';
import { checkCalls, profiledRun, statTotals, usual, type ProfiledRun } from '../helpers/profiled.js';
const Profiles = suite('profiles');

const totals = ({ profiled, lines }: ProfiledRun): Record<string, number> => {
  const names = /^events: (.*)$/m.exec(profiled.texts(['program'], 'rt0').cachegrind)![1]!.split(' ');
  return Object.fromEntries(names.map((name, i) => [name, lines.total[i]!]));
};

/** boot2 hands goroutines over between two threads. */
const runs: readonly (readonly [string, Partial<Config>])[] = [
  ['amd64', usual('amd64')], ['arm64 in slices of any length', { ...usual('arm64'), grain: 'insn', quantumCycles: 100 }],
  ['arm64 unit', { arch: 'arm64', timing: 'unit', uarch: 'unit', caches: memoryOf('unit')! }],
];
for (const [name, config] of runs) {
  Profiles(`${name}: sums are those of the cores, calls hold what they spent, and the machine does what it does without`, () => {
    const run = profiledRun(imageOf('boot2', config.arch), { memoryBytes: 64 << 20, ...config });
    assert.equal(totals(run), statTotals(run.machine));
    assert.ok(checkCalls(run) > 40);
    const roots = [...run.profiled.calls!.roots.keys()].map((f) => f.name);
    assert.ok(roots.includes('runtime.park_m') || roots.some((f) => /goexit0|schedule|gosched/.test(f)), `goroutines change: ${roots.join()}`);
    const plain = new Machine({ memoryBytes: 64 << 20, cores: 2, ...config }, new MemoryHost(), (parts) => new Kernel(parts));
    plain.load(imageOf('boot2', config.arch), ['program']);
    plain.run();
    assert.is(run.machine.digest(), plain.digest());
  });
}

const defines = Object.fromEntries(Object.entries(flag).map(([name, value]) => [name, String(value)]));
function assembled(arch: Arch, text: string): Uint8Array {
  const { image, diagnostics } = assemble([{ name: 'p.s', text }], { arch, entry: `_rt0_${arch}_linux`, defines });
  assert.ok(image, diagnostics.map((d) => d.message).join());
  return image!;
}

// `outer` calls `inner` three times and jumps to `last`, which returns for it
const nested: Readonly<Record<Arch, string>> = {
  amd64: `TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	CALL outer(SB)
	MOVL $60, AX
	MOVL $0, DI
	SYSCALL
TEXT outer(SB), NOSPLIT|NOFRAME, $0
	MOVQ $3, CX
again:
	CALL inner(SB)
	DECQ CX
	JNZ again
	JMP last(SB)
TEXT inner(SB), NOSPLIT|NOFRAME, $0
	MOVQ x(SB), AX
	MOVQ AX, x(SB)
	RET
TEXT last(SB), NOSPLIT|NOFRAME, $0
	MOVQ AX, BX
	RET
GLOBL x(SB), NOPTR, $8
`,
  arm64: `TEXT _rt0_arm64_linux(SB), NOSPLIT|NOFRAME, $0
	BL outer(SB)
	MOVD $93, R8
	MOVD $0, R0
	SVC
TEXT outer(SB), NOSPLIT|NOFRAME, $0
	MOVD $3, R1; MOVD LR, R2; MOVD $x(SB), R3
again:
	BL inner(SB)
	SUBS $1, R1
	BNE again
	MOVD R2, LR; B last(SB)
TEXT inner(SB), NOSPLIT|NOFRAME, $0
	MOVD (R3), R4
	MOVD R4, (R3)
	RET
TEXT last(SB), NOSPLIT|NOFRAME, $0
	NOOP
	RET
GLOBL x(SB), NOPTR, $8
`,
};

for (const arch of arches) {
  Profiles(`${arch}: lines have what they counted, and calls what was spent until the return`, () => {
    for (const config of [{ timing: 'none' }, { timing: 'window' }, { ...usual(arch), timing: 'window' }] as const) {
      const run = profiledRun(assembled(arch, nested[arch]), { arch, cores: 1, ...config });
      assert.equal(totals(run), statTotals(run.machine), config.timing);
      assert.is(checkCalls(run), 4);
    }
    const { profiled, machine } = profiledRun(assembled(arch, nested[arch]), { arch, cores: 1 });
    const { cachegrind, callgrind } = profiled.texts(['p.s', 'a'], 'rt0');
    const returnLoads = arch === 'amd64' ? 3 : 0;
    assert.match(cachegrind, /^cmd: p\.s a$/m);
    assert.match(cachegrind, new RegExp(`^fl=p\\.s\\nfn=inner\\n14 3 3 0 0 0\\n15 3 0 3 0 0\\n16 3 ${returnLoads} 0 3 \\d+$`, 'm'), 'Ir Dr Dw Bc Bcm of three loads, stores, returns');
    const arcs = [...profiled.calls!.arcs.values()].flat().map((a) => `${a.caller.name} ${a.callee.name} ${a.calls} ${a.cost[0]}`);
    const [setUp, leaving] = arch === 'amd64' ? [1, 1] : [4, 2]; // MOVD of an address is two instructions
    const outer = setUp + 3 * (3 + 3) + leaving + 2;
    assert.equal(arcs.sort(), [`_rt0_${arch}_linux outer 1 ${outer}`, 'outer inner 3 9', 'outer last 1 2']);
    assert.is(machine.instructions, outer + 1 + 3);
    assert.match(callgrind!, new RegExp(`cfn=\\(\\d+\\) inner\\ncalls=3 0x[0-9a-f]+ 14\\n0x[0-9a-f]+ 9 9 ${3 + returnLoads} 3 3 \\d+\\n`));
  });
}

Profiles('a function that calls itself is charged once', () => {
  const { profiled, machine } = profiledRun(assembled('amd64', `TEXT _rt0_amd64_linux(SB), NOSPLIT|NOFRAME, $0
	MOVQ $9, CX
	CALL down(SB)
	MOVL $60, AX
	SYSCALL
TEXT down(SB), NOSPLIT|NOFRAME, $0
	DECQ CX
	JZ done
	CALL down(SB)
done:
	RET
`), { cores: 1 });
  const arcs = [...profiled.calls!.arcs.values()].flat().map((a) => [a.caller.name, a.callee.name, a.calls, a.cost[0]]);
  assert.equal(arcs, [['_rt0_amd64_linux', 'down', 1, machine.instructions - 4], ['down', 'down', 8, 0]]);
});

Profiles.run();
