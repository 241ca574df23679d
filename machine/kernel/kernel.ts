/**
 * The kernel model: owns tasks, processes and open files, and decides after every trap and event which task each
 * core runs. Linux 5.10 as programs see it; ordinary TypeScript, with a price in cycles instead of kernel code.
 *
 * All that lasts is in `state`, plain data. The rest is wiring. Time: `now` is the time of what is being handled,
 * in ticks; `core` the core it happens on (-1 during an event that belongs to none).
 *
 * Way of a trap: trap() charges the entry and handles the cause; enter() (turn.ts) then does what a kernel does before it
 * returns to user code: runs an interrupted call again, delivers signals, picks another task if this one is gone.
 */
import { ticksPerCycle } from '../config.js';
import type { Event } from '../events.js';
import type { Stop } from '../exec/stop.js';
import type { KernelPort, Parts } from '../parts.js';
import { RegisterImage, type Abi } from './abi.js';
import { abis } from './abis.js';
import { Clock } from './clock.js';
import { costsOf, type KernelCosts } from './costs.js';
import { firstProcess } from './exec.js';
import { Files } from './file.js';
import { GuestMemory } from './guest.js';
import { Random } from './random.js';
import { stops } from './jobs.js';
import { SchedClock } from './sched/clock.js';
import { LinuxScheduler, type Arrival, type Scheduler } from './sched/scheduler.js';
import { tunablesOf, type Tunables } from '../sched.js';
import type { SchedWatch } from './sched/watch.js';
import type { Heard, SignalWatch } from './deliver.js';
import { sendFromOutside } from './signal.js';
import { usualSteps } from '../steps.js';
import { newKernelState, type KernelState } from './state.js';
import { timeout, unblock } from './sleep.js';
import type { Strace } from './strace.js';
import type { Process, Task } from './task.js';
import { timerEvent } from './timer.js';
import { timerfdEvent } from './timerfd.js';
import { handleTrap } from './trap.js';
import { account, enter, moved, tick } from './turn.js';
import type { AddressSpace } from './vm.js';

export class Kernel implements KernelPort {
  readonly name = 'linux';
  readonly clock: Clock;
  readonly random: Random;
  readonly abi: Abi;
  state: KernelState;
  readonly tunables: Tunables;
  sched: Scheduler;
  files: Files;
  now = 0;
  core = -1;
  /** Set by the command line: hears of every call and signal. */
  trace: Strace | undefined;
  /** Hears of what runs where. */
  schedWatch: SchedWatch | undefined;
  /** Hears of signal handlers. */
  watch: SignalWatch | undefined;
  /** A debugger hears of what the kernel is about to do on a core, or on none (-1), for a thread. */
  heard: ((what: Heard, core: number, task: Task | undefined, number: number) => void) | undefined;
  /** Names an address for messages: `main.f+12`. Set by whoever knows symbols. */
  where: (pc: number) => string = (pc) => `0x${pc.toString(16)}`;

  readonly costs: KernelCosts;

  constructor(readonly parts: Parts) {
    const { config } = parts;
    this.costs = costsOf({ ...usualSteps(config.arch), ...config.kernelCosts });
    this.abi = abis[config.arch];
    this.clock = new Clock(config.clockHz, config.epochNanos, this.abi.clockGrainNanos);
    this.random = new Random(config.seed);
    this.tunables = tunablesOf(config.sched, config.cores);
    this.state = newKernelState(config.cores, LinuxScheduler.newState(config.cores, config.cpuQuota, this.tunables, this.random), this.random.state);
    this.files = new Files(this, this.state.files);
    this.sched = this.newScheduler();
  }

  private newScheduler(): Scheduler {
    const { state, tunables, random } = this;
    return new LinuxScheduler(state.sched, state.tasks, tunables, new SchedClock(this.parts.config.clockHz, this.costs.shortestSlice), random, {
      reschedule: (core) => {
        if (state.current[core] !== 0) state.resched[core] ??= 'preempted';
        if (core !== this.core) this.kick(core);
      },
      arm: (due, which) => void this.parts.events.add({ due: Math.max(due, this.now), kind: 'sched', target: which }),
      migrates: (task, from, to) => {
        state.counts[to]!.migrations++;
        this.schedWatch?.migrates(this.core, task, from, to, this.now);
      },
    });
  }

  // Looking up

  /** Which signal ended the program, and where; undefined when none did. */
  get message(): string | undefined {
    return this.state.message;
  }

  task(tid: number): Task {
    const task = this.state.tasks.get(tid);
    if (!task) throw new Error(`no task ${tid}`);
    return task;
  }

  process(pid: number): Process {
    const process = this.state.processes.get(pid);
    if (!process) throw new Error(`no process ${pid}`);
    return process;
  }

  /** The first thread of a process, or the oldest that is left; undefined for a zombie. */
  firstThread(process: Process): Task | undefined {
    for (const tid of process.threads) return this.task(tid);
    return undefined;
  }

  space(process: Process): AddressSpace {
    return this.parts.spaces.get(process.space);
  }

  user(process: Process): GuestMemory {
    return new GuestMemory(this.space(process).copy);
  }

  /** The one that `core` runs. */
  currentTask(core: number): Task | undefined {
    const tid = this.state.current[core]!;
    return tid === 0 ? undefined : this.task(tid);
  }

  /** The registers of a task, wherever they are. */
  registers(task: Task): RegisterImage | ReturnType<Parts['cores']['state']> {
    return task.state === 'running' ? this.parts.cores.state(task.core) : new RegisterImage(task.registers);
  }

  /** Ticks a task has had a core. */
  cpuTicks(task: Task): number {
    return task.runTicks + (task.state === 'running' ? Math.max(0, this.parts.cores.state(task.core).ticks - task.since) : 0);
  }

  /** Ticks that `core` has not been idle. */
  coreTicks(core: number): number {
    const { busyTicks, tasklessTicks } = this.state.counts[core]!;
    const task = this.currentTask(core);
    return busyTicks + tasklessTicks + (task ? Math.max(0, this.parts.cores.state(core).ticks - task.since) : 0);
  }

  processTicks(process: Process): number {
    let sum = process.ended.ticks;
    for (const tid of process.threads) sum += this.cpuTicks(this.task(tid));
    return sum;
  }

  /** The time of day, nanoseconds since 1970. */
  wallClock(): bigint {
    return this.clock.epoch + this.clock.shown(this.now);
  }

  // What the machine calls

  exec(image: Uint8Array, argv: readonly string[], env: readonly string[], path: string): void {
    const task = firstProcess(this, image, argv, env, path);
    this.state.forks++;
    this.ready(task, 'new');
  }

  busy(core: number): boolean {
    return this.state.current[core] !== 0;
  }

  trap(core: number, stop: Stop): void {
    this.core = core;
    this.now = this.parts.cores.state(core).ticks;
    const task = this.currentTask(core);
    if (!task) throw new Error(`core ${core} trapped (${stop.reason}) without a task`);
    handleTrap(this, core, task, stop);
    enter(this, core);
    this.core = -1;
  }

  event(event: Event): void {
    this.now = event.due;
    switch (event.kind) {
      case 'timeout':
        timeout(this, event.target);
        return;
      case 'kick':
        this.state.kicked[event.target] = false;
        this.state.counts[event.target]!.kicks++;
        this.visit(event.target);
        return;
      case 'tick':
        tick(this, event.target);
        return;
      case 'sched':
        this.sched.timer(event.target, this.now);
        return;
      case 'signal':
        this.outsideSignal(event.target, event.data as number);
        return;
      case 'timer': {
        const core = timerEvent(this, event.target);
        if (core !== undefined) this.visit(core);
        return;
      }
      case 'timerfd':
        timerfdEvent(this, event.target);
        return;
      default:
        throw new Error(`kernel event ${event.kind}`);
    }
  }

  wantsInput(): boolean {
    return this.files.wantsInput();
  }

  poll(): void {
    this.now = this.parts.now();
    this.files.poll();
  }

  deadlock(): string {
    const waits = [...this.state.tasks.values()].map((t) => `${t.tid} ${t.wait ? (this.abi.syscalls[t.wait.nr] ?? t.wait.nr) : t.state}`);
    return `deadlock: no task can ever run again (${waits.join(', ')})`;
  }

  save(): unknown {
    this.state.random = this.random.state;
    return this.state;
  }

  load(state: unknown): void {
    this.state = structuredClone(state) as KernelState;
    this.random.state = this.state.random;
    this.files = new Files(this, this.state.files);
    this.sched = this.newScheduler();
    this.state.current.forEach((tid, core) => {
      if (tid !== 0) this.parts.cores.setSpace(core, this.space(this.process(this.state.tasks.get(tid)!.pid)));
    });
  }

  // Time and cores

  /** Adds kernel time to a core. The one place where the kernel model spends cycles. */
  charge(core: number, cycles: number): void {
    const regs = this.parts.cores.state(core);
    regs.ticks += cycles * ticksPerCycle;
    this.now = regs.ticks;
    const task = this.currentTask(core);
    const counts = this.state.counts[core]!;
    counts.kernelTicks += cycles * ticksPerCycle;
    if (task) task.systemTicks += cycles * ticksPerCycle;
    else counts.tasklessTicks += cycles * ticksPerCycle;
  }

  // Which task a core runs

  /** Looks after a core from outside: an interrupt. */
  visit(core: number): void {
    const regs = this.parts.cores.state(core);
    if (regs.ticks < this.now) regs.ticks = this.now;
    this.now = regs.ticks;
    this.core = core;
    if (this.busy(core)) {
      this.charge(core, this.costs.fault);
      this.parts.cores.displace(core, 'call');
    }
    enter(this, core);
    this.core = -1;
  }

  /** Signal `signo` for thread `tid` from outside. If it runs, its core is interrupted at once. */
  private outsideSignal(tid: number, signo: number): void {
    const task = this.state.tasks.get(tid);
    if (!task) return;
    if (task.state === 'running') this.core = task.core; // interrupted already: sending need not
    sendFromOutside(this, task, signo);
    this.core = -1;
    if (task.state === 'running') this.visit(task.core);
  }

  /** Makes a task runnable from now on, on the core the scheduler chooses; in a stopped process, once that goes on. `sync`: as in Scheduler.place. */
  ready(task: Task, why: Arrival = 'woken', sync = false): void {
    if (stops(this, task)) {
      task.state = 'stopped';
      return;
    }
    if (why === 'woken' && task.state === 'waiting') this.heard?.('wake', this.core, task, task.tid);
    task.state = 'ready';
    if (why !== 'moved' && this.core >= 0) this.charge(this.core, this.costs.wake);
    task.readyAt = this.now;
    if (why === 'woken') this.schedWatch?.waking(this.core, task, this.now);
    const core = this.sched.place(task, task.core, why, this.core, this.now, sync);
    this.sched.enqueue(core, task, this.now, why);
    if (why !== 'moved') this.schedWatch?.wakes(this.core, task, core, why === 'new', task.readyAt);
  }

  /** Moves a task that may no longer run where it is. */
  migrate(task: Task): void {
    if (task.state === 'ready') {
      this.sched.dequeue(task, this.now);
      this.ready(task, 'moved');
    } else if (task.state === 'running') {
      this.state.resched[task.core] = 'preempted';
      if (task.core !== this.core) this.kick(task.core);
    }
  }

  // Executing

  /** After execve the remaining thread of a process has its pid. */
  becomeLeader(task: Task): Task {
    if (task.tid === task.pid) return task;
    const heir: Task = { ...task, tid: task.pid, runTicks: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
    this.trace?.supersede(task);
    this.remove(task);
    this.state.tasks.set(heir.tid, heir);
    this.process(heir.pid).threads.add(heir.tid);
    heir.state = 'waiting'; // off its core, until it starts
    return heir;
  }

  /** Starts a program in place of the one that called execve. */
  startImage(task: Task, registers: Uint8Array, space: AddressSpace): void {
    task.registers = registers;
    if (task.state === 'running') {
      this.parts.cores.state(task.core).load(registers);
      this.parts.cores.setSpace(task.core, space);
    } else {
      this.ready(task);
    }
  }

  /** Interrupts a core: it enters the kernel at its next opportunity. */
  kick(core: number): void {
    if (this.state.kicked[core]) return;
    this.state.kicked[core] = true;
    const { interrupt, interruptSpread: spread } = this.costs;
    const cycles = interrupt - (spread >> 1) + this.random.below(spread + 1);
    this.parts.events.add({ due: this.now + cycles * ticksPerCycle, kind: 'kick', target: core });
    if (this.core >= 0 && this.core !== core) this.charge(this.core, this.costs.kick);
  }

  // Ends

  /** A task is gone from its core and all queues. */
  remove(task: Task): void {
    const process = this.process(task.pid);
    process.ended.ticks += this.cpuTicks(task);
    process.ended.systemTicks += task.systemTicks;
    process.ended.voluntarySwitches += task.voluntarySwitches;
    process.ended.involuntarySwitches += task.involuntarySwitches;
    if (task.state === 'waiting') unblock(this, task);
    else if (task.state === 'ready') this.sched.dequeue(task, this.now);
    else if (task.state === 'running') {
      account(this, task.core, task);
      this.sched.put(task.core, task, this.now, 'ended');
      this.schedWatch?.leaves(task.core, task, 'X', this.now);
      this.state.current[task.core] = 0;
      if (task.core !== this.core) this.kick(task.core);
    }
    this.sched.forget(task);
    this.schedWatch?.exits(this.core, task, this.now);
    task.state = 'dead';
    this.state.tasks.delete(task.tid);
    process.threads.delete(task.tid);
    moved(this, task);
  }
}
