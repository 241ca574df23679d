/** Commands about the machine's parts: cores, threads, goroutines, the scheduler, the heap, caches. */
import { writeOut } from '../file.js';
import { InputError } from '../options.js';
import { coreFile } from '../../debug/core.js';
import { cacheText, cacheView, tlbText, tlbView } from '../../debug/views/caches.js';
import { schedulerText, schedulerView } from '../../debug/views/gmp.js';
import { framesText, goroutineFrames, goroutines, goroutinesText, threadFrames } from '../../debug/views/goroutines.js';
import { heapText, heapView } from '../../debug/views/heap.js';
import { areas, areasText, files, filesText, timers, timersText } from '../../debug/views/process.js';
import { cores, coresText, tasks, tasksText } from '../../debug/views/tasks.js';
import { words, type DebugCommand, type Debugger } from './debugger.js';
import { lookOf, showRegisters, showStack } from './looking.js';
import { pointText } from './points.js';
import { whereOf } from './show.js';
import { address, number } from './words.js';

const go = <T>(view: T | undefined): T => {
  if (view === undefined) throw new InputError('the program is not Go\'s, or its runtime has not begun');
  return view;
};
const cached = <T>(view: T | undefined, what: string): T => {
  if (view === undefined) throw new InputError(`no ${what} is modeled (--caches), or nothing is mapped there`);
  return view;
};

const showGoroutines = (d: Debugger): void => d.out(goroutinesText(goroutines(lookOf(d))));
const showTasks = (d: Debugger): void => d.out(tasksText(tasks(d.session.machine)));
const showScheduler = (d: Debugger): void => d.out(schedulerText(go(schedulerView(lookOf(d)))));
const showHeap = (d: Debugger): void => d.out(heapText(go(heapView(lookOf(d)))));

function goroutine(d: Debugger, args: string): void {
  const [word, ...rest] = words(args);
  if (word === undefined) return showGoroutines(d);
  const id = number(word, 'a goroutine');
  const look = lookOf(d);
  const found = goroutines(look).find((g) => g.id === id);
  if (!found) throw new InputError(`no goroutine ${id}`);
  if (rest.length > 0 && !/^(bt|backtrace|stack)$/.test(rest[0]!)) throw new InputError('goroutine N [bt]');
  d.out(goroutinesText([found]).replace(/\[1 goroutine\]\n$/, ''));
  d.out(framesText(look, goroutineFrames(look, found.g)));
}

function thread(d: Debugger, args: string): void {
  const [word, ...rest] = words(args);
  if (word === undefined) return showTasks(d);
  const tid = number(word, 'a thread');
  const look = lookOf(d);
  const task = look.tasks.find((t) => t.tid === tid);
  if (!task) throw new InputError(`no thread ${tid}`);
  if (rest.length > 0 && !/^(bt|backtrace|stack)$/.test(rest[0]!)) throw new InputError('thread N [bt]');
  if (rest.length === 0 && task.state === 'running') {
    d.session.focus(task.core);
    d.frame = 0;
    return d.out(whereOf(d.session, d.sources));
  }
  d.out(framesText(look, threadFrames(look, tid)));
}

function core(d: Debugger, args: string): void {
  const { session } = d;
  if (args === '') return d.out(coresText(cores(lookOf(d))));
  const n = number(args, 'a core');
  if (n >= session.machine.config.cores) throw new InputError(`no core ${n}; there are ${session.machine.config.cores}`);
  session.focus(n);
  d.frame = 0;
  d.out(whereOf(session, d.sources));
}

/** `info WORD`. */
const infos: Readonly<Record<string, (d: Debugger, args: string) => void>> = {
  breakpoints: (d) => d.out(d.session.points.all.map((b) => pointText(d, b)).join('') || 'no breakpoints\n'),
  registers: showRegisters,
  stack: showStack,
  goroutines: showGoroutines,
  threads: showTasks,
  tasks: showTasks,
  cores: (d) => core(d, ''),
  gmp: showScheduler,
  heap: showHeap,
  maps: (d) => d.out(areasText(areas(lookOf(d)))),
  files: (d) => d.out(filesText(files(lookOf(d)))),
  timers: (d) => d.out(timersText(timers(d.session.machine, lookOf(d)))),
  history: (d) => d.out(`instructions ${d.session.history.first} to ${d.session.history.now}; checkpoints at ${d.session.history.moments.join(', ')}\n`),
};

export const machineViews: readonly DebugCommand[] = [
  { names: ['goroutines', 'grs'], args: '', help: 'all goroutines', run: showGoroutines },
  { names: ['goroutine', 'gr'], args: 'N [bt]', help: 'goroutine N and its stack', run: goroutine },
  { names: ['gmp'], args: '', help: 'the Go scheduler: Gs, Ms, Ps and their queues', run: showScheduler },
  { names: ['heap'], args: '', help: 'the Go heap: spans by class, and the collector', run: showHeap },
  { names: ['tasks', 'threads'], args: '', help: 'threads as the kernel has them', run: showTasks },
  { names: ['thread', 'tr'], args: 'N [bt]', help: 'commands are about thread N, or its stack', run: thread },
  { names: ['core', 'cores'], args: '[N]', help: 'commands are about core N from now on; without N all cores', run: core },
  { names: ['cache', 'line'], takes: 'expression', args: 'ADDRESS', help: 'the line of an address: levels, states, sharers', run: (d, args) => d.out(cacheText(cached(cacheView(d.session.machine, address(d, args)), 'cache'))) },
  { names: ['tlb'], takes: 'expression', args: 'ADDRESS', help: 'the translation of an address', run: (d, args) => d.out(tlbText(cached(tlbView(d.session.machine, address(d, args)), 'TLB'))) },
  {
    names: ['generate-core-file', 'gcore'], takes: 'file', args: 'FILE', help: 'write a core file of the program at this moment',
    run(d, args) {
      if (args === '') throw new InputError('which FILE?');
      writeOut(args, coreFile(lookOf(d), d.session.tid));
      d.out(`${args}: a core file\n`);
    },
  },
  {
    names: ['info', 'i'], takes: Object.keys(infos), args: 'WORD', help: `tell of ${Object.keys(infos).join(', ')}`,
    run(d, args) {
      const [word = '', ...rest] = words(args);
      const all = Object.keys(infos);
      const found = all.includes(word) ? [word] : all.filter((name) => word !== '' && name.startsWith(word));
      if (found.length !== 1) throw new InputError(`info ${all.join('|')}, not ${word || 'nothing'}`);
      infos[found[0]!]!(d, rest.join(' '));
    },
  },
];
