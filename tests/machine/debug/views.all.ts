/**
 * Views of stopped Go programs against what their runtime itself says at the same moment: its traceback, its scheduler's detailed trace, its memory
 * statistics; and the kernel's view against the program's.
 */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SIG } from '../../../isa/abi/linux.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { cacheText, cacheView, tlbText, tlbView } from '../../../machine/debug/views/caches.js';
import { framesText, goroutineFrames, goroutines, goroutinesText, goStatus, threadFrames } from '../../../machine/debug/views/goroutines.js';
import { schedulerText, schedulerView } from '../../../machine/debug/views/gmp.js';
import { heapText, heapView } from '../../../machine/debug/views/heap.js';
import { Look } from '../../../machine/debug/views/look.js';
import { areas, areasText, files, filesText, timers, timersText } from '../../../machine/debug/views/process.js';
import { registersOf, registersText } from '../../../machine/debug/views/registers.js';
import { Runtime } from '../../../machine/debug/views/runtime.js';
import { knownLayouts } from '../../../machine/debug/views/stripped.js';
import { cores, coresText, tasks, tasksText } from '../../../machine/debug/views/tasks.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { memoryOf } from '../../../machine/memory/description.js';
import { goBinary, goCompilers, type GoCompiler } from '../../helpers/toolchain.js';
import { stoppedProgram, type Stopped } from '../../helpers/stopped.js';
const Views = suite('views of Go programs');

/** A goroutine as Go's traceback has it. */
interface Traced {
  readonly id: number;
  readonly state: string;
  readonly functions: readonly string[];
  readonly createdBy: string;
}

/** What a copy of the machine prints when it gets SIGQUIT now. */
function traceback({ machine }: Stopped): Map<number, Traced> {
  const host = new MemoryHost();
  host.open = true;
  const copy = Machine.restore(machine.snapshot(), host);
  copy.inject('signal', 1, SIG.QUIT);
  for (let n = 0; n < 50 && copy.run(machine.cycles + 1e9) === 'wait'; n++) copy.passIdle();
  const list = new Map<number, Traced>();
  for (const [, id, state, body] of host.text(2).matchAll(/^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[([^\],]*)[^\]]*\]:\n((?:.+\n)*)/gm)) {
    const lines = body!.split('\n').filter((l) => l !== '' && !l.startsWith('\t') && !l.startsWith('created by '));
    const createdBy = /^created by (\S+)/m.exec(body!)?.[1] ?? '';
    list.set(Number(id), { id: Number(id), state: state!, functions: lines.map((l) => l.replace(/\([^()]*\)$/, '')), createdBy });
  }
  return list;
}

/** Go writes inlined frames' arguments as (...), and of generic functions [...]. */
const plainName = (name: string | undefined): string => (name ?? '?').replace(/\[.*\]$/, '[...]');

function goroutinesAgree(name: string, stopped: Stopped, stripped: boolean): void {
  const { look, info, machine, host } = stopped;
  const before = machine.digest();
  const ours = goroutines(look);
  const theirs = traceback(stopped);
  assert.ok(theirs.size >= 8, host.text(2));
  assert.equal(ours.map((g) => g.id).sort((a, b) => a - b), [...theirs.keys()].filter((id) => id > 0).sort((a, b) => a - b));
  let frames = 0;
  for (const g of ours) {
    const their = theirs.get(g.id)!;
    const state = g.status === goStatus.waiting && g.wait !== '' ? g.wait : g.statusName;
    if (!stripped) assert.is(state, their.state, `goroutine ${g.id}`);
    else if (g.status !== goStatus.waiting) assert.is(g.statusName, their.state);
    const own = goroutineFrames(look, g.g).flatMap((f) => info.framesAt(f.lookup).map((s) => plainName(s.name)));
    // goexit stands under every stack, and is left out of the runtime's text now and then
    const trim = (list: readonly string[]): string => list.filter((f) => !/^runtime\.goexit/.test(f)).map((f) => f.replace(/\.abi0$/, '')).join(' ');
    // of a system call Go shows where it was entered, we the thread that is in it
    const from = g.status === goStatus.syscall ? Math.max(0, own.indexOf(their.functions[0]!)) : 0;
    assert.is(trim(own.slice(from)), trim(their.functions.map(plainName)), `goroutine ${g.id}`);
    frames += own.length;
    if (their.createdBy !== '') assert.is(g.createdAt.split(' ')[0], their.createdBy, `goroutine ${g.id}`);
  }
  const printed = Number(/goroutines (\d+)/.exec(host.text(1))![1]);
  assert.is(ours.filter((g) => !g.system).length, printed, 'runtime.NumGoroutine counts no goroutines of the runtime');
  assert.is(goroutinesText(ours).trim().split('\n').length, ours.length + 1);
  assert.is(machine.digest(), before);
  console.log(`${name}: ${ours.length} goroutines, ${frames} frames`);
}

for (const compiler of goCompilers) {
  for (const flags of [[], ['-ldflags=-s -w'], ['-ldflags=-w']]) {
    Views(`${compiler.name} ${flags.join(' ')}: goroutines are those of the runtime's traceback`, () => {
      const stopped = stoppedProgram('debug/values', compiler, 'goroutines', { flags }, {}, ['GOTRACEBACK=system']);
      goroutinesAgree(`${compiler.name} ${flags.join(' ')}`, stopped, flags.includes('-ldflags=-s -w'));
    });
  }

  Views(`${compiler.name}: fields of stripped images are where the types of others have them`, () => {
    const { look } = stoppedProgram('debug/heap', compiler, 'heap');
    const runtime = new Runtime(look.info, look.memory);
    const known = knownLayouts[runtime.minor!];
    assert.ok(known !== undefined, String(runtime.minor));
    for (const [struct, fields] of Object.entries(known)) {
      for (const [path, field] of Object.entries(fields)) {
        const real = runtime.field(struct, path)!;
        assert.equal([real.offset, real.bytes], [field.offset, field.bytes], `${struct}.${path}`);
      }
    }
  });

  Views(`${compiler.name}: Gs, Ms and Ps are those of the scheduler's own trace`, () => schedulerAgrees(compiler));

  Views(`${compiler.name}: the heap is that of the runtime's statistics`, () => {
    const { host, look, machine } = stoppedProgram('debug/heap', compiler, 'goal');
    const before = machine.digest();
    const said = Object.fromEntries([...host.text(2).matchAll(/(\w+) (\d+)/g)].map(([, name, value]) => [name!, Number(value)]));
    const heap = heapView(look)!;
    assert.equal([heap.inUseBytes, heap.collections, heap.forced, heap.goal, heap.phase], [said['heap'], said['collections'], said['forced'], said['goal'], 'off']);
    assert.is(heap.classes.reduce((n, c) => n + c.bytes, 0), heap.inUseBytes);
    assert.ok(heap.manualBytes >= said['stack']!, `${heap.manualBytes} ${said['stack']}`);
    const leaves = heap.classes.find((c) => c.objectBytes === 48 && !c.noScan)!;
    assert.ok(leaves.objects >= 2000 && leaves.objects < 4000 && leaves.capacity >= leaves.objects, JSON.stringify(leaves));
    assert.ok(heap.classes.some((c) => c.sizeClass === 0 && c.noScan && c.bytes >= 3 << 20));
    assert.ok(heapText(heap).includes('noscan'));
    assert.is(machine.digest(), before);
  });

  Views(`${compiler.name}: threads, cores, memory, files and timers`, () => kernelViews(compiler));
}

const moments = 24;

for (const compiler of goCompilers) {
  Views(`${compiler.name}: at any moment of a run all views have an answer, which agrees with itself`, () => {
    const image = new Uint8Array(readFileSync(goBinary({ name: 'stacks/stacks' }, compiler)));
    const info = DebugInfo.of(image);
    const start = (): Machine => {
      const machine = new Machine({ arch: compiler.arch, cores: 2, memoryBytes: 256 << 20, timing: 'interval', caches: memoryOf('unit')! }, new MemoryHost());
      machine.load(image, ['stacks']);
      return machine;
    };
    const whole = start();
    whole.run(1e9);
    const machine = start();
    const seen = { running: 0, queued: 0, marking: 0 };
    for (let i = 0; i < moments; i++) {
      let cycle = Math.floor((whole.cycles * i) / moments);
      assert.is(machine.run(cycle), 'limit');
      // every other moment is the next one at which a goroutine runs: how many of the others are such hangs on the schedule
      while (i % 2 === 1 && !runs(machine, info)) assert.is(machine.run((cycle += 1000)), 'limit', 'a goroutine runs later on');
      const before = machine.digest();
      const look = Look.of(machine, info)!;
      consistent(look, seen);
      assert.is(machine.digest(), before, `moment ${i}`);
    }
    machine.run(1e9);
    assert.is(machine.digest(), whole.digest());
    assert.ok(seen.running > moments / 2 && seen.queued > 0, JSON.stringify(seen));
    console.log(`${compiler.name}: ${moments} moments, ${JSON.stringify(seen)}`);
  });
}

const runs = (machine: Machine, info: DebugInfo): boolean => goroutines(Look.of(machine, info)!).some((g) => g.status === goStatus.running);

/** What the runtime keeps true whenever no thread is in the middle of changing it, and near enough then. */
function consistent(look: Look, seen: { running: number; queued: number; marking: number }): void {
  const view = schedulerView(look);
  if (view === undefined) return;
  const byId = new Map(view.goroutines.map((g) => [g.id, g]));
  for (const p of view.processors) {
    for (const id of [...p.queue, ...(p.runNext === undefined ? [] : [p.runNext])]) {
      seen.queued++;
      assert.ok(byId.has(id), `P${p.id} has G${id}`);
    }
    assert.ok(p.queue.length === ((p.tail - p.head) >>> 0) && p.queue.length <= 256);
  }
  const running = view.goroutines.filter((g) => g.status === goStatus.running);
  seen.running += running.length;
  assert.ok(running.length <= view.processors.length, `${running.length} run`);
  for (const g of running) assert.ok(view.threads.some((t) => t.address === g.m), `G${g.id} runs on an M`);
  const heap = heapView(look);
  if (heap !== undefined && heap.phase !== 'off') seen.marking++;
  for (const g of view.goroutines) assert.ok(framesText(look, goroutineFrames(look, g.g)).length > 0 || g.pc === undefined, `G${g.id}`);
  const texts = [schedulerText(view), goroutinesText(view.goroutines), heap === undefined ? '' : heapText(heap), tasksText(tasks(look.machine)), coresText(cores(look)), areasText(areas(look)), filesText(files(look)), timersText(timers(look.machine, look))];
  for (const text of texts) assert.ok(!text.includes('undefined') && !text.includes('NaN'), text);
  for (const task of look.tasks) {
    const registers = look.registersOf(task);
    if (registers !== undefined) assert.ok(registersText(registersOf(look, registers, true)).length > 0);
    threadFrames(look, task.tid);
  }
  for (const address of [look.info.variableNamed('runtime.sched')!.address, 0, 2 ** 46]) {
    assert.ok(cacheText(cacheView(look.machine, address)!) !== '' && tlbText(tlbView(look.machine, address)!) !== '');
  }
}

function schedulerAgrees(compiler: GoCompiler): void {
  const stopped = stoppedProgram('debug/values', compiler, 'idleprocs', {}, { cores: 4 }, ['GODEBUG=schedtrace=2000,scheddetail=1', 'GOMAXPROCS=4']);
  const { host, look, machine } = stopped;
  for (let n = 0; n < 100 && !/\n {2}G\d+: status=\d[^\n]*\n(?! {2}G)$/.test(host.text(2)); n++) machine.run(machine.cycles + 1e4);
  const before = machine.digest();
  const text = host.text(2).slice(host.text(2).lastIndexOf('SCHED'));
  const view = schedulerView(look)!;
  const orNone = (n: number | undefined): string => (n === undefined ? 'nil' : String(n));
  const head = /idleprocs=(\d+) threads=\d+ spinningthreads=(\d+).*idlethreads=(\d+) runqueue=(\d+)/.exec(text)!;
  assert.equal([view.idleProcessors.length, view.spinning, view.idleThreads.length, view.globalSize].map(String), head.slice(1, 5));
  let lines = 0;
  for (const [, id, status, tick, calls, m, size, count] of text.matchAll(/^ {2}P(\d+): status=(\d+) schedtick=(\d+) syscalltick=(\d+) m=(\S+) runqsize=(\d+) gfreecnt=\d+ timerslen=(\d+)/gm)) {
    const p = view.processors.find((one) => one.id === Number(id))!;
    assert.equal([p.status, p.schedTick, p.syscallTick, orNone(p.m), p.queue.length, p.timers].map(String), [status, tick, calls, m === '-1' ? 'nil' : m, size, count], `P${id}`);
    lines++;
  }
  for (const [, id, p, g, spinning, blocked, locked] of text.matchAll(/^ {2}M(\d+): p=(\S+) curg=(\S+) .*spinning=(\w+) blocked=(\w+) lockedg=(\S+)/gm)) {
    const none = (t: string): string => (t === '-1' ? 'nil' : t);
    const thread = view.threads.find((one) => one.id === Number(id))!;
    const ours = [orNone(thread.p), orNone(thread.goroutine), String(thread.spinning), String(thread.blocked), orNone(thread.lockedGoroutine)];
    // sysmon prints the trace, and sleeps between traces
    if (thread.goroutine !== undefined || thread.idle) assert.equal(ours, [none(p!), none(g!), spinning, blocked, none(locked!)], `M${id}`);
    lines++;
  }
  for (const [, id, status, wait, m] of text.matchAll(/^ {2}G(\d+): status=(\d+)\(([^)]*(?:\([^)]*\))?)\) m=(\S+)/gm)) {
    const g = view.goroutines.find((one) => one.id === Number(id))!;
    assert.equal([g.status, g.wait], [Number(status), Number(status) === goStatus.waiting ? wait : ''], `G${id}`);
    if (m !== 'nil' && m !== '-1') assert.is(view.threads.find((t) => t.address === g.m)?.id, Number(m), `G${id}`);
    lines++;
  }
  assert.ok(lines >= 4 + 4 + 10, text);
  assert.ok(schedulerText(view).includes('idle Ps'));
  assert.is(machine.digest(), before);
  console.log(`${compiler.name}: ${lines} lines of the scheduler's trace`);
}

function kernelViews(compiler: GoCompiler): void {
  const stopped = stoppedProgram('debug/values', compiler, 'goroutines', {}, { timing: 'interval', caches: memoryOf('unit')!, cores: 2 });
  const { machine, look, info } = stopped;
  const before = machine.digest();
  const threads = tasks(machine);
  const reader = threads.find((t) => t.call === 'read')!;
  assert.match(reader.waitsFor, /^files 0 \(host\)$/);
  const main = goroutines(look).find((g) => g.id === 1)!;
  assert.is(main.thread, reader.tid, 'the thread of the goroutine that reads is the one that the kernel has in read');
  assert.ok(threadFrames(look, reader.tid).some((f) => info.framesAt(f.lookup)[0]?.name === 'main.work'));
  for (const t of threads.filter((one) => one.futex !== undefined)) assert.ok(look.memory.read(t.futex!, 4) !== undefined, t.waitsFor);
  assert.ok(threads.every((t) => t.state === 'waiting') && cores(look).every((c) => c.at === 'idle' && c.tid === undefined));
  const all = areas(look);
  const code = all.find((a) => a.rights === 'r-x')!;
  const main0 = info.functionNamed('main.main')!.low;
  assert.ok(main0 >= code.start && main0 < code.end && code.pages > 0);
  assert.is(all.reduce((n, a) => n + a.pages, 0), look.kernel.space(look.process).residentPages);
  assert.ok(areasText(all).includes('[stack]'));
  assert.equal(files(look).slice(0, 3).map((f) => [f.fd, f.kind, f.access]), [[0, 'host', 'read'], [1, 'host', 'write'], [2, 'host', 'write']]);
  const sleeper = timers(machine, look).find((t) => t.owner === 'go' && t.what.includes('goroutineReady'))!;
  const hour = 3600 * machine.config.clockHz;
  assert.ok(sleeper.due! > hour && sleeper.due! < hour + machine.cycles, JSON.stringify(sleeper));
  // what the reader has just been woken for and looked at is somewhere in the caches
  const { address } = info.variableNamed('main.counter')!;
  const view = cacheView(machine, address)!;
  const having = view.cores.filter((c) => c.copies.length > 0).map((c) => c.core);
  assert.equal(having, view.sharers, 'the directory knows exactly who has a line');
  const pc = cacheView(machine, info.functionNamed('runtime.gopark')!.low)!;
  assert.ok(pc.physical !== undefined && tlbView(machine, address)!.cores.length === 2);
  assert.is(machine.digest(), before);
  const again = Look.of(machine, info)!;
  assert.is(again.process.pid, look.process.pid);
}

Views.run();
