/** Runs under a debugger: forwards to stops, backwards to the same, and to any moment by its number. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Config } from '../../../machine/config.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { reverseFinish, reverseInstructions, reverseLine, reverseNextInstruction } from '../../../machine/debug/session/reverse.js';
import { Session, type Stop } from '../../../machine/debug/session/session.js';
import { advance, finish, framesOf, nextInstruction, stepInstructions, stepLine, StepError } from '../../../machine/debug/session/stepping.js';
import { memoryOf } from '../../../machine/memory/description.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { MemoryHost } from '../../../machine/host.js';
import { assemble, formatDiagnostic } from '../../../asm/assemble.js';
import { imageOf } from '../../helpers/guest.js';
import { Random } from '../../helpers/random.js';
const Sessions = suite('debug sessions');

function sessionOf(image: Uint8Array, config: Partial<Config> = {}, historyBytes = 2 ** 26, host = new MemoryHost()): Session {
  const machine = new Machine({ memoryBytes: 2 ** 26, ...config }, host, (parts) => new Kernel(parts));
  machine.load(image, ['program']);
  machine.idling = 'leap';
  const session = new Session(machine, DebugInfo.of(image), historyBytes, () => Promise.resolve());
  session.goto(0);
  return session;
}

const text = `
TEXT _rt0_amd64_linux(SB), 516, $0
	MOVQ $3, BX
again:
	CALL work(SB)
	DECQ BX
	JNZ again
	MOVQ $0, DI
	MOVQ $231, AX
	SYSCALL

TEXT work(SB), 516, $0
	MOVQ $5, CX
	ADDQ CX, total(SB)
	CALL leaf(SB)
	RET

TEXT leaf(SB), 516, $0
	INCQ leaves(SB)
	RET

GLOBL total(SB), 16, $8
GLOBL leaves(SB), 16, $8
`;
function assembled(): Uint8Array {
  const { image, diagnostics } = assemble([{ name: 'small.s', text }], {});
  if (!image) throw new Error(diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  return image;
}
const small = (): Session => sessionOf(assembled(), { cores: 1 });
const lineAt = (s: Session): number | undefined => s.info.placeOf(s.machine.core(s.core).pc)?.line;
const brk = (s: Session, name: string): number => s.points.addBreak(name, [s.info.functionNamed(name)!.low]).number;

Sessions('breakpoints stop forwards, and backwards in the opposite order; where the run begins there is nothing more', async () => {
  const s = small();
  brk(s, 'work');
  const moments: number[] = [];
  for (let i = 0; i < 3; i++) {
    assert.is((await s.run()).why, 'breakpoint');
    moments.push(s.history.now);
  }
  assert.equal(moments, [2, 11, 20]);
  assert.equal(await s.run(), { why: 'exit', status: 0 });
  for (const moment of moments.reverse()) {
    assert.is((await s.back()).why, 'breakpoint');
    assert.is(s.history.now, moment);
  }
  assert.equal(await s.back(), { why: 'start' });
  assert.is(s.history.now, 0);
  assert.is(s.points.all[0]!.hits, 3, 'looking back does not count');
});

Sessions('conditions, counts to ignore, and temporary breakpoints', async () => {
  const s = small();
  const b = s.points.numbered(brk(s, 'work'))!;
  b.condition = { text: 'BX == 2', holds: ({ core }) => s.machine.core(core).get64(3 * 8) === 2n };
  await s.run();
  assert.is(s.history.now, 11);
  b.condition = { text: '?', holds: () => { throw new Error('no variable x'); } };
  assert.equal(await s.run(), { why: 'condition', message: 'no variable x', core: 0 });
  s.goto(0);
  b.condition = undefined;
  b.ignore = 2;
  await s.run();
  assert.is(s.history.now, 20);
  s.goto(0);
  s.points.delete(b.number);
  s.points.addBreak('leaf', [s.info.functionNamed('leaf')!.low], true);
  await s.run();
  assert.is(s.history.now, 5);
  assert.equal(await s.run(), { why: 'exit', status: 0 });
});

Sessions('watchpoints stop behind a store, and backwards before it', async () => {
  const s = small();
  const low = s.info.symbols.named('total')!.start;
  s.points.addWatch('total', { low, high: low + 8, read: false, write: true });
  const seen: number[] = [];
  for (let stop = await s.run(); stop.why === 'watchpoint'; stop = await s.run()) seen.push(s.history.now);
  assert.equal(seen, [4, 13, 22]);
  for (const moment of [21, 12, 3]) {
    assert.is((await s.back()).why, 'watchpoint');
    assert.is(s.history.now, moment);
  }
});

Sessions('where lines are fought over: misses and lost copies stop the run, forwards and backwards at the same moments, and change nothing', async () => {
  const config = { cores: 2, timing: 'interval', caches: memoryOf('skylake')! } as const;
  const image = imageOf('falsesharing', 'amd64');
  const s = sessionOf(image, config);
  const plain = sessionOf(image, config);
  const low = s.info.symbols.named('unpadded')!.start;
  const watch = { low: low - (low % 64), high: low - (low % 64) + 64, read: true, write: true };
  const [miss, lost] = [s.points.addWatch('misses', watch, 'miss'), s.points.addWatch('lost copies', watch, 'invalidate')];
  const seen: { number: number; at: number; core: number; taken: number }[] = [];
  while (seen.length < 40) {
    const stop = await s.run();
    if (stop.why !== 'watchpoint') break;
    const { line } = stop.accesses[0]!;
    assert.ok(stop.point === miss ? line!.level !== undefined : line!.taken !== 0);
    seen.push({ number: stop.point.number, at: s.history.now, core: stop.core, taken: line!.taken });
  }
  assert.is(seen.length, 40);
  assert.is(seen[0]!.number, miss.number, 'the first to have it');
  const fights = seen.filter(({ taken }) => taken !== 0);
  assert.ok(fights.length > 5, JSON.stringify(seen));
  for (const { core, taken } of fights) assert.is(taken, 1 << (1 - core), 'from the other core');
  for (const { number, at } of seen.slice(-6).reverse()) {
    const stop = await s.back();
    assert.equal([stop.why === 'watchpoint' && stop.point.number, s.history.now], [number, at - 1]);
  }
  miss.enabled = lost.enabled = false;
  await s.run();
  await plain.run();
  assert.is(s.machine.digest(), plain.machine.digest());
});

Sessions('catchpoints stop behind what the kernel has done, forwards and backwards at the same moments, and change nothing', async () => {
  for (const arch of ['amd64', 'arm64'] as const) {
    const s = sessionOf(imageOf('boot2', arch), { arch, cores: 2 });
    const plain = sessionOf(imageOf('boot2', arch), { arch, cores: 2 });
    await plain.run();
    const { abi } = s.machine.kernel as Kernel;
    s.points.addCatch('catch clone', 'clone', undefined);
    s.points.addCatch('catch syscall futex', 'syscall', new Set([abi.syscalls.indexOf('futex')]));
    const seen: [number, number][] = [];
    for (let stop = await s.run(); stop.why === 'catch'; stop = await s.run()) seen.push([stop.point.number, s.history.now]);
    assert.ok(seen.some(([n]) => n === 1) && seen.filter(([n]) => n === 2).length > 3, JSON.stringify(seen));
    assert.is(s.machine.digest(), plain.machine.digest());
    for (const [number, moment] of seen.reverse().slice(0, 5)) {
      const stop = await s.back();
      assert.equal([stop.why === 'catch' && stop.point.number, s.history.now], [number, moment]);
    }
  }
});

Sessions('going back shows nothing of what is yet to come, and nothing twice', async () => {
  const host = new MemoryHost();
  const s = sessionOf(imageOf('hello', 'amd64'), { cores: 1 }, 2 ** 26, host);
  await stepInstructions(s, 3);
  assert.is((await s.back()).why, 'start');
  assert.is(host.text(1), '');
  assert.is((await s.run()).why, 'exit');
  const printed = host.text(1);
  assert.is((await s.back()).why, 'start');
  assert.is((await s.run()).why, 'exit');
  assert.is(host.text(1), printed);
});

Sessions('steps by instruction and by line, over calls, out of functions, and all of them back', async () => {
  const s = small();
  const at = async (step: Promise<Stop> | Stop): Promise<readonly (number | undefined)[]> => {
    const stop = await step;
    assert.is(stop.why, 'step');
    return [s.history.now, lineAt(s)];
  };
  assert.equal(await at(stepInstructions(s, 2)), [2, 13]);
  assert.equal(await at(stepLine(s, false)), [3, 14]);
  assert.equal(await at(stepLine(s, false)), [4, 15]);
  assert.equal(await at(stepLine(s, false)), [5, 19], 'into leaf');
  assert.equal(await at(finish(s)), [7, 16]);
  assert.equal(framesOf(s).slice(0, 2).map((f) => s.info.functionAt(f.lookup)?.name), ['work', '_rt0_amd64_linux']);
  assert.equal(await at(finish(s)), [8, 6]);
  assert.equal(await at(advance(s, [s.info.addressesOf('small.s', 5)[0]!])), [10, 5]);
  assert.equal(await at(nextInstruction(s)), [17, 6]);
  assert.equal(await at(reverseNextInstruction(s)), [10, 5]);
  assert.equal(await at(stepLine(s, true)), [17, 6]);
  assert.equal(await at(reverseLine(s, true)), [10, 5]);
  assert.equal(await at(stepLine(s, true)), [17, 6]);
  assert.equal(await at(reverseLine(s, false)), [16, 16], 'into what the line called');
  assert.equal(await at(reverseInstructions(s)), [15, 20]);
  assert.equal(await at(reverseFinish(s)), [13, 15]);
  assert.equal(await at(reverseInstructions(s, 13)), [0, 3]);
  assert.equal(reverseInstructions(s).why, 'start');
  s.points.addBreak('leaf', [s.info.functionNamed('leaf')!.low]);
  s.goto(2);
  assert.is((await finish(s)).why, 'breakpoint', 'a breakpoint on the way stops a step');
  s.points.delete(1);
  s.goto(0);
  let refused: unknown;
  await finish(s).catch((e: unknown) => (refused = e));
  assert.instance(refused, StepError);
});

for (const config of [{ timing: 'interval', cores: 3 }, { timing: 'interval', cores: 2, caches: memoryOf('skylake')! }, { timing: 'window', cores: 2 }, { arch: 'arm64', timing: 'none', cores: 4 }] as const) {
  Sessions(`the same moment has the same digest, however it is reached: ${JSON.stringify(config).slice(0, 50)}`, async () => {
    const s = sessionOf(imageOf('boot2', 'arch' in config ? config.arch : 'amd64'), config, 2 ** 21);
    const r = new Random(11);
    s.points.addBreak('runtime·gogo', [(s.info.functionNamed('runtime.gogo') ?? s.info.functionNamed('gogo'))!.low]);
    const digests = new Map<number, string>();
    let stop = await s.run();
    for (let i = 0; stop.why === 'breakpoint' && i < 25; i++) {
      digests.set(s.history.now, s.machine.digest());
      stop = await s.run();
    }
    assert.ok(digests.size > 10, `${digests.size} stops`);
    s.points.delete(1);
    await s.run();
    const [end, last] = [s.history.now, s.machine.digest()];
    const moments = [...digests.keys()];
    for (let i = 0; i < 5; i++) {
      const moment = moments[r.below(moments.length)]!;
      s.goto(moment);
      assert.equal([s.history.now, s.machine.digest()], [moment, digests.get(moment)]);
      if (i % 4 === 3) {
        await stepInstructions(s, 1 + r.below(50));
        assert.is((await s.run()).why, 'exit');
        assert.equal([s.history.now, s.machine.digest()], [end, last]);
      }
    }
  });
}

Sessions.run();
