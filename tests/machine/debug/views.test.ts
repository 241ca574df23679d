/** Views of machines that run what our own assembler made: the kernel's side of things, registers, caches. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../../asm/assemble.js';
import { flag } from '../../../asm/syntax.js';
import { SCHED } from '../../../isa/abi/linux.js';
import { arches, type Arch, type Config } from '../../../machine/config.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { coreScope } from '../../../machine/debug/expr/scope.js';
import { parse, show } from '../../../machine/debug/expr/expression.js';
import { cacheText, cacheView, tlbText, tlbView } from '../../../machine/debug/views/caches.js';
import { columns } from '../../../machine/debug/views/columns.js';
import { allGs, goroutines } from '../../../machine/debug/views/goroutines.js';
import { schedulerView } from '../../../machine/debug/views/gmp.js';
import { heapView } from '../../../machine/debug/views/heap.js';
import { Look } from '../../../machine/debug/views/look.js';
import { areas, areasText, files, filesText, timers, timersText } from '../../../machine/debug/views/process.js';
import { debugArches } from '../../../machine/debug/arch/arch.js';
import { flagNames, registersOf, registersText } from '../../../machine/debug/views/registers.js';
import { Runtime } from '../../../machine/debug/views/runtime.js';
import { cores, coresText, tasks, tasksText } from '../../../machine/debug/views/tasks.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { memoryOf } from '../../../machine/memory/description.js';
import { machineFor } from '../../helpers/onMachine.js';
import { Guest } from '../../helpers/task.js';
const Views = suite('machine/debug views');

/** Sets registers, stores to x, and goes round. */
const program: Readonly<Record<Arch, string>> = {
  amd64: `TEXT main(SB), NOSPLIT|TOPFRAME, $0
	MOVQ $0x1122334455667788, BX
	MOVQ $-1, CX
	MOVQ $0x4008000000000000, AX
	MOVQ AX, X3
	MOVQ BX, x+64(SB)
	CMPQ CX, CX
again:
	JMP again
DATA x+0(SB)/8, $0
GLOBL x(SB), NOPTR, $8192
`,
  arm64: `TEXT main(SB), NOSPLIT|TOPFRAME|NOFRAME, $0
	MOVD $0x1122334455667788, R3
	MOVD $-1, R4
	MOVD $0x4008000000000000, R5
	FMOVD R5, F3
	MOVD R3, x+64(SB)
	CMP R4, R4
again:
	JMP again
DATA x+0(SB)/8, $0
GLOBL x(SB), NOPTR, $8192
`,
};

const defines = Object.fromEntries(Object.entries(flag).map(([name, value]) => [name, String(value)]));

interface Running {
  readonly machine: Machine;
  readonly info: DebugInfo;
  readonly look: Look;
}

const made = new Map<string, Running>();

/** Nobody changes it, so that one serves all tests. */
function running(arch: Arch, config: Partial<Config> = {}): Running {
  const key = `${arch} ${config.timing ?? ''}`;
  const known = made.get(key) ?? start(arch, config);
  made.set(key, known);
  return known;
}

function start(arch: Arch, config: Partial<Config>): Running {
  const { image, diagnostics } = assemble([{ name: 'views.s', text: program[arch] }], { arch, entry: 'main', defines, directory: '/src' });
  if (image === undefined) throw new Error(diagnostics.map((d) => d.message).join('\n'));
  const machine = new Machine({ arch, cores: 2, memoryBytes: 16 << 20, timing: 'none', ...config }, new MemoryHost());
  machine.load(image, ['views']);
  assert.is(machine.run(20_000), 'limit');
  const info = DebugInfo.of(image);
  return { machine, info, look: Look.of(machine, info)! };
}

for (const arch of arches) {
  const [wide, minus, vector] = arch === 'amd64' ? ['rbx', 'rcx', 'xmm3'] : ['x3', 'x4', 'v3'];

  Views(`${arch}: registers have names, notes and flags`, () => {
    const { look } = running(arch);
    const list = registersOf(look, look.registersOf(look.tasks[0]!)!, true);
    const named = (name: string): (typeof list)[number] => list.find((r) => r.name === name)!;
    assert.equal([named(wide).value, named(minus).value, named(vector).value], [0x1122334455667788n, 2n ** 64n - 1n, 0x4008000000000000n]);
    assert.match(named(vector).note, /^f64 \{3, 0\}/);
    const flags = named(arch === 'amd64' ? 'eflags' : 'nzcv');
    assert.ok(flags.note.includes(arch === 'amd64' ? 'ZF' : 'C Z'), flags.note);
    assert.match(named(arch === 'amd64' ? 'rip' : 'pc').note, /^main src\/views\.s:/);
    assert.is(list.length, arch === 'amd64' ? 16 + 5 + 16 : 31 + 6 + 32);
    assert.match(registersText(list), new RegExp(`^${minus} +0xffffffffffffffff +-1$`, 'm'));
  });

  Views(`${arch}: expressions see the registers of a core`, () => {
    const { machine, info } = running(arch);
    const scope = coreScope(machine, 0, info, () => undefined)!;
    const results = [`$${wide}`, `int64(${minus})`, `$${vector}`, '$pc == main + 0', '*(*uint64)(&x + 64)', '*(**uint8)(&x + 64) == nil', 'x'].map((text) => {
      try {
        return show(parse(text), scope);
      } catch (e) {
        return (e as Error).message;
      }
    });
    assert.equal(results.slice(0, 6), ['0x1122334455667788', '-1', '0x4008000000000000', 'false', String(0x1122334455667788n), 'false']);
    assert.match(results[6]!, /^column 1: x at 0x[0-9a-f]+ has no type/);
    assert.is(coreScope(machine, 1, info, () => undefined), undefined, 'core 1 idles');
    assert.match(show(parse(arch === 'amd64' ? '$eflags & 0x40' : '$nzcv >> 30'), scope), /^0x(40|1)$/);
  });

  Views(`${arch}: tasks, cores, memory, files, timers`, () => {
    const { machine, look } = running(arch);
    const before = machine.digest();
    const [task, ...others] = tasks(machine);
    assert.equal([task!.tid, task!.name, task!.state, task!.core, task!.waitsFor, others.length], [1, 'views', 'running', 0, '', 0]);
    const [zero, one] = cores(look);
    assert.equal([zero!.queue, zero!.throttled], [[], false]);
    assert.equal([zero!.tid, zero!.at.split(' ')[0], zero!.g, one!.tid, one!.at], [1, 'main', undefined, undefined, 'idle']);
    const all = areas(look);
    const x = look.info.symbols.named('x')!.start;
    const data = all.find((a) => x >= a.start && x < a.end)!;
    assert.equal([data.rights, data.shared], ['rw-', false]);
    assert.ok(data.pages >= 1);
    assert.equal(files(look).map((f) => [f.fd, f.kind, f.access]), [[0, 'host', 'read'], [1, 'host', 'write'], [2, 'host', 'write']]);
    assert.ok(timers(machine, look).every((t) => t.owner === 'event'));
    for (const text of [tasksText(tasks(machine)), coresText(cores(look)), areasText(all), filesText(files(look)), timersText(timers(machine, look))]) assert.match(text, /\n$/);
    assert.is(machine.digest(), before, 'nothing has changed');
  });

  Views(`${arch}: a line and a page are where the hierarchy has them`, () => {
    const { machine, look } = running(arch, { timing: 'interval', caches: memoryOf('unit')! });
    const before = machine.digest();
    const x = look.info.symbols.named('x')!.start;
    const stored = cacheView(machine, x + 64)!;
    assert.equal(stored.cores[0]!.copies.filter((c) => c.level === 'L1D').map((c) => [c.state, c.newer]), [['M', 0]]);
    assert.equal([stored.cores[1]!.copies, stored.sharers, stored.owner, stored.physical! % 4096], [[], [0], 0, (x + 64) % 4096]);
    const code = cacheView(machine, look.info.symbols.named('main')!.start)!;
    assert.ok(code.cores[0]!.copies.some((c) => c.level === 'L1I'));
    assert.is(cacheView(machine, 0x10)!.physical, undefined);
    assert.equal(tlbView(machine, x)!.cores.map((c) => [c.core, c.data]), [[0, true], [1, false]]);
    assert.is(tlbView(machine, look.info.symbols.named('main')!.start)!.cores[0]!.code, true);
    assert.match(cacheText(stored), /^core 0 +L1D +M +set \d+ way \d+, used last$/m);
    assert.match(cacheText(cacheView(machine, 0x10)!), /is not present/);
    assert.match(tlbText(tlbView(machine, 0x10)!), /not present, not mapped/);
    assert.is(machine.digest(), before, 'nothing has changed');
    assert.is(cacheView(running(arch).machine, x), undefined, 'without caches there is nothing to see');
  });
}

Views('a program that is no Go program has no goroutines, scheduler or heap', () => {
  const { look } = running('amd64');
  assert.equal([goroutines(look), allGs(look, new Runtime(look.info, look.memory)), schedulerView(look), heapView(look)], [[], [], undefined, undefined]);
});

Views('a process that has ended, or never was, is not looked at', () => {
  const { machine } = machineFor('hello');
  machine.run(3e8);
  assert.is(machine.exitStatus, 0);
  const { info } = running('amd64');
  assert.is(Look.of(machine, info, 99), undefined);
});

Views('flags by name', () => {
  assert.equal([flagNames(debugArches.amd64, 0x246), flagNames(debugArches.amd64, 0), flagNames(debugArches.arm64, 0x6000_0000)], ['[ PF ZF IF ]', '[ ]', '[ C Z ]']);
});

Views('columns are as wide as they must be', () => {
  assert.is(columns([['a', '1', 'x'], ['bbb', '22', '']], [1]), 'a     1  x\nbbb  22\n');
});

Views('tasks show class, place in their core\'s queue and vruntime', () => {
  const g = new Guest({ cores: 1, clockHz: 30e6 });
  const [batch, other] = [g.thread(), g.thread()];
  g.sys('setpriority', 0, batch, 5);
  g.pass(300);
  while (g.task(1).state !== 'running') g.pass(10);
  assert.is(g.sys('sched_setscheduler', batch, SCHED.BATCH, g.text(g.scratch, '\0\0\0')), 0);
  const list = tasks(g.machine);
  assert.equal(list.map((t) => [t.tid, t.policy, t.priority, t.state]), [[1, 'normal', 0, 'running'], [batch, 'batch', 5, 'ready'], [other, 'normal', 0, 'ready']]);
  const ready = list.filter((t) => t.queued !== undefined).sort((a, b) => a.queued! - b.queued!);
  assert.equal(ready.map((t) => t.queued), [0, 1]);
  assert.ok(ready[0]!.vruntime! < ready[1]!.vruntime! && ready[0]!.vruntime! > 0, 'the least is the next');
  assert.match(tasksText(list), /ready \(0\)  core 0  (normal nice 0|batch nice 5) \d+\.\d{6} ms/);
});

Views.run();
