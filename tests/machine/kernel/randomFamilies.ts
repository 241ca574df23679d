/**
 * Random lives of processes: threads on cores call whatever makes, ends, stops, moves and joins tasks, with arguments that
 * mostly make sense, while time passes. After every few calls all that the kernel keeps must agree with itself.
 */
import * as assert from 'uvu/assert';
import { CLONE, FUTEX, MAP, PROT, SIG, W } from '../../../isa/abi/linux.js';
import { Random } from '../../../machine/kernel/random.js';
import { MachineStop } from '../../../machine/stop.js';
import { codeAt, goThread, Guest } from '../../helpers/task.js';

const cores = 3;
const signals = [0, SIG.KILL, SIG.STOP, SIG.CONT, SIG.TERM, SIG.CHLD, SIG.USR1, SIG.TSTP, SIG.PIPE, SIG.URG];
const flagSets = [
  SIG.CHLD, CLONE.FILES | SIG.CHLD, CLONE.FS | SIG.CHLD, CLONE.VM | SIG.CHLD, CLONE.VM | CLONE.VFORK | SIG.CHLD, CLONE.PARENT | SIG.CHLD, 0, goThread, goThread, goThread,
  goThread & ~CLONE.FILES, CLONE.PIDFD | SIG.CHLD, goThread | CLONE.CHILD_CLEARTID | CLONE.PARENT_SETTID, CLONE.SIGHAND | CLONE.VM | SIG.CHLD,
];

interface Place {
  readonly path: number;
  readonly shared: number;
  readonly own: number;
  /** A timespec of some microseconds. */
  readonly brief: number;
}

type Ask = readonly [string, ...(number | bigint)[]];

function ask(r: Random, g: Guest, at: Place): Ask {
  const one = <T>(list: readonly T[]): T => list[r.below(list.length)]!;
  const pids = [...g.kernel.state.processes.keys()];
  const tids = [...g.kernel.state.tasks.keys()];
  const small = r.below(12);
  const options = (r.below(4) === 0 ? 0 : W.NOHANG) | (r.below(2) * W.UNTRACED) | (r.below(2) * W.CONTINUED) | (r.below(3) === 0 ? W.ALL : 0);
  const asks: readonly (() => Ask)[] = [
    () => ['fork'],
    () => ['vfork'],
    () => ['clone', one(flagSets), 0, at.own + 64, at.own + 72, at.own],
    () => ['exit', small],
    () => ['exit_group', small],
    () => ['execve', at.path, 0, 0],
    () => ['kill', one([...pids, -one(pids), 0, -1]), one(signals)],
    () => ['tgkill', one(pids), one(tids), one(signals)],
    () => ['wait4', one([-1, 0, one(pids), -one(pids)]), at.own + 128, options, 0],
    () => ['wait4', -1, at.own + 128, W.NOHANG | W.ALL, 0],
    () => ['waitid', r.below(4), one(pids), at.own + 128, options | W.EXITED | (r.below(3) === 0 ? W.NOWAIT : 0), 0],
    () => ['setpgid', one([0, one(pids)]), one([0, one(pids)])],
    () => ['setsid'],
    () => ['prctl', one([1, 36]), one([0, 1, SIG.KILL, SIG.STOP])],
    () => ['pidfd_open', one(pids), 0],
    () => ['pidfd_send_signal', small, one(signals), 0, 0],
    () => ['close', small],
    () => ['dup', small],
    () => ['pipe2', at.own + 200, r.below(2) * 0o2000000],
    () => ['read', small, at.own + 256, 8],
    () => ['write', one([3, 4, 5, 6]), at.own, 8],
    () => ['unshare', one([CLONE.FILES, CLONE.FS])],
    () => ['futex', one([at.shared, at.own]), one([FUTEX.WAIT, FUTEX.WAIT | FUTEX.PRIVATE_FLAG]), 0, one([0, at.brief])],
    () => ['futex', one([at.shared, at.own]), one([FUTEX.WAKE, FUTEX.WAKE | FUTEX.PRIVATE_FLAG]), 1 + r.below(3)],
    () => ['futex', at.shared, FUTEX.CMP_REQUEUE, 1, 2, at.shared + 4, 0],
    () => ['nanosleep', at.brief, 0],
    () => ['sched_yield'],
    () => ['sched_setaffinity', one([0, ...tids]), 8, at.own + 512 + 8 * r.below(3)],
    () => ['rt_sigaction', one([SIG.CHLD, SIG.USR1, SIG.CONT, SIG.PIPE]), one([0, at.own + 600, at.own + 632]), 0, 8],
    () => ['rt_sigprocmask', r.below(3), at.own + 700 + 8 * r.below(2), 0, 8],
    () => ['setitimer', 0, at.own + 720, 0],
    () => ['munmap', at.own + 8192, 4096],
    () => ['madvise', at.own + 4096, 8192, 4],
  ];
  return one(asks)();
}

function prepared(seed: number): { g: Guest; at: Place } {
  const g = new Guest({ cores, seed });
  const own = g.scratch;
  const shared = g.sys('mmap', 0, 4096, PROT.READ | PROT.WRITE, MAP.SHARED | MAP.ANONYMOUS, -1, 0);
  const at = { path: g.text(own + 300, '/guest'), shared, own, brief: g.duration(own + 400, 20_000) };
  [1, 2, (1 << cores) - 1].forEach((mask, i) => g.put64(own + 512 + 8 * i, mask));
  g.put64(own + 600, 1); // SIG_IGN
  g.put64(own + 632, codeAt); // a handler that never returns
  g.put64(own + 632 + 8, 0x4000000);
  g.put64(own + 632 + 16, codeAt);
  g.put64(own + 700, 1n << BigInt(SIG.USR1 - 1));
  g.put64(own + 708, 0n);
  g.put64(own + 720 + 24, 300);
  return { g, at };
}

/** Makes `count` calls; returns how many succeeded, and the digests of what the machines ended as. */
export function randomFamilies(seed: number, count: number): { done: number; digests: string[] } {
  const r = new Random(seed);
  let { g, at } = prepared(seed);
  let done = 0;
  const digests: string[] = [];
  const renew = (i: number): void => {
    digests.push(g.machine.digest());
    ({ g, at } = prepared(seed * 1000 + i));
  };
  for (let i = 0; i < count; i++) {
    const running = g.kernel.state.current.filter((tid) => tid !== 0);
    if (g.machine.exitStatus !== undefined || g.kernel.state.tasks.size > 30) {
      renew(i);
      continue;
    }
    if (running.length === 0) {
      try {
        g.pass(300); // until a timer or a deadlock
        if (g.machine.stopMessage === undefined && g.kernel.state.current.some((tid) => tid !== 0)) continue;
      } catch (e) {
        if (!(e instanceof MachineStop)) throw e;
      }
      renew(i);
      continue;
    }
    const tid = running[r.below(running.length)]!;
    const [name, ...args] = ask(r, g, at);
    if (tid === 1 && (name === 'exit' || name === 'exit_group') && r.below(10) !== 0) continue;
    try {
      if (g.sysAs(tid, name, ...args) >= 0) done++;
      if (r.below(4) === 0) g.pass(r.below(60));
      consistent(g);
      if (i % 20 === 0) framesCounted(g);
    } catch (e) {
      throw new Error(`seed ${seed}, call ${i}: thread ${tid} ${name}(${args.map(String).join(', ')}): ${(e as Error).stack}`);
    }
  }
  digests.push(g.machine.digest());
  return { done, digests };
}

/** Every frame is held as often as page tables and memory objects name it. */
function framesCounted(g: Guest): void {
  const { spaces } = g.machine;
  const held = new Map<number, number>();
  const hold = (frame: number): void => void (frame === spaces.frames.zero || held.set(frame, (held.get(frame) ?? 0) + 1));
  for (const space of spaces.all()) space.paging.table.each(0, 2 ** 35, (_vpn, entry) => hold(entry >>> 8));
  for (const object of spaces.objects.all()) for (const frame of object.pages.values()) hold(frame);
  const pairs = spaces.frames.save();
  const counted = Array.from({ length: pairs.length / 2 }, (_, i): [number, number] => [pairs[2 * i]!, pairs[2 * i + 1]!]);
  assert.equal(counted, [...held].sort((a, b) => a[0] - b[0]), 'frames');
}

/** What must hold between any two calls. */
function consistent(g: Guest): void {
  const { state, sched, files } = g.kernel;
  const queued = Array.from({ length: cores }, (_, core) => sched.queued(core)).flat();
  assert.is(new Set(queued).size, queued.length, 'in one queue at most');
  for (const task of state.tasks.values()) {
    const process = g.kernel.process(task.pid);
    assert.ok(process.threads.has(task.tid), `task ${task.tid} is a thread of its process`);
    assert.is(state.current.includes(task.tid), task.state === 'running', `task ${task.tid} ${task.state} on a core`);
    if (task.state === 'running') assert.is(state.current[task.core], task.tid);
    assert.is(queued.includes(task.tid), task.state === 'ready', `task ${task.tid} ${task.state} in a queue`);
    assert.is(task.wait !== undefined, task.state === 'waiting', `task ${task.tid} ${task.state} waits`);
    if (task.state === 'stopped') assert.is.not(process.stopped, 0);
  }
  for (const tid of [...queued, ...state.current.filter((t) => t !== 0)]) assert.ok(state.tasks.has(tid), `task ${tid} is gone`);
  for (const process of state.processes.values()) {
    assert.is(process.status === undefined, process.threads.size > 0, `process ${process.pid} lives by its threads`);
    if (process.status === undefined) g.kernel.space(process);
    if (process.pid !== 1) assert.ok(state.processes.has(process.parent), `process ${process.pid} has a parent`);
  }
  for (const [key, queue] of state.futexes) {
    const waiting: number[] = [];
    for (let tid = queue.first; tid !== 0; ) {
      const wait = g.task(tid).wait?.for;
      if (wait?.kind !== 'futex') throw new Error(`task ${tid} does not wait for ${key}`);
      assert.equal([wait.key, wait.before], [key, waiting.at(-1) ?? 0]);
      waiting.push(tid);
      tid = wait.after;
    }
    assert.equal([queue.last, queue.count], [waiting.at(-1), waiting.length], key);
  }
  for (const tid of state.timers.keys()) assert.is(state.tasks.get(tid)?.state, 'waiting', `timeout of ${tid}`);
  const spaces = new Set([...state.processes.values()].map((p) => p.space).filter((s) => s !== 0));
  assert.equal([...g.machine.spaces.all()].map((s) => s.id).sort((a, b) => a - b), [...spaces].sort((a, b) => a - b), 'spaces');
  const tables = files.state.tables;
  for (const [kind, map] of [['files', tables.descriptors], ['directory', tables.directories]] as const) {
    for (const [id, { users }] of map) assert.is(users, [...state.tasks.values()].filter((t) => t[kind] === id).length, `${kind} ${id}`);
  }
  const refs = new Map<number, number>();
  for (const table of tables.descriptors.values()) for (const d of table.slots) if (d) refs.set(d.file, (refs.get(d.file) ?? 0) + 1);
  for (const file of files.state.open.values()) assert.is(file.refs, refs.get(file.id) ?? 0, `open file ${file.id} ${file.kind}`);
}
