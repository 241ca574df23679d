/** What /proc and the control group tell of the scheduler. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT, E, FUTEX, O, SCHED, SCHED_FLAG, schedAttr } from '../../../isa/abi/linux.js';
import type { CoreCounts } from '../../../machine/kernel/counts.js';
import { schedText } from '../../../machine/kernel/procSched.js';
import { Guest } from '../../helpers/task.js';
const Proc = suite('figures of the scheduler');

/** 30 000 cycles are a millisecond. */
const clockHz = 30e6;

class Reader extends Guest {
  passMillis(millis: number): void {
    this.pass(millis * 10); // the helper counts 3000 cycles a microsecond
  }
  read(path: string): string {
    const fd = this.sys('openat', AT.FDCWD, this.text(this.scratch, path), O.RDONLY, 0);
    assert.ok(fd >= 0, `${path}: ${fd}`);
    let text = '';
    for (let n; (n = this.sys('read', fd, this.scratch + 8192, 4096)) > 0; ) text += this.bytes(this.scratch + 8192, n);
    this.sys('close', fd);
    return text;
  }
}

/** Numbers of a text of `name : number` lines. */
const values = (text: string): Map<string, number> => new Map([...text.matchAll(/^(\S+) *:? +(-?[\d.]+)$/gm)].map(([, name, value]) => [name!, Number(value)]));

Proc('a thread\'s file has its vruntime, run time, switches, averages and policy', () => {
  const g = new Reader({ cores: 1, clockHz });
  const other = g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch);
  g.sys('setpriority', 0, 0, 5);
  g.passMillis(100);
  while (g.task(1).state !== 'running') g.passMillis(1);
  const text = g.read('/proc/self/sched');
  assert.ok(text.startsWith(`guest (1, #threads: 2)\n${'-'.repeat(67)}\nse.exec_start                                :`), text);
  const all = values(text);
  assert.is(all.get('se.load.weight'), 335 * 1024);
  assert.equal([all.get('policy'), all.get('prio')], [0, 125]);
  assert.is(all.get('nr_switches'), all.get('nr_voluntary_switches')! + all.get('nr_involuntary_switches')!);
  assert.ok(all.get('nr_involuntary_switches')! >= 5);
  const share = all.get('se.sum_exec_runtime')! / 100;
  assert.ok(share > 0.2 && share < 0.35, `${share}, where its weight's part is 0.247`);
  assert.ok(all.get('se.avg.util_avg')! > 150 && all.get('se.avg.util_avg')! < 450);
  const [ran, waited, runs] = g.read(`/proc/self/task/${other}/schedstat`).split(' ').map(Number) as [number, number, number];
  assert.ok(ran > 60e6 && waited > 10e6 && waited < 40e6 && runs >= 5, `${ran} ${waited} ${runs}`);
});

Proc('what cores count of switches, migrations and preemptions is what tasks\' files say', () => {
  const g = new Reader({ cores: 2, clockHz });
  const others = [1, 2, 3, 4].map(() => g.sys('clone', 0xd0f00, g.scratch + 32768, 0, 0, g.scratch));
  g.passMillis(300);
  for (let i = 0; i < 5; i++) {
    while (g.task(1).state !== 'running') g.passMillis(1);
    g.sys('sched_yield');
  }
  while (g.task(others[0]!).state !== 'running') g.passMillis(1);
  g.sysAs(others[0]!, 'futex', g.scratch, FUTEX.WAIT | FUTEX.PRIVATE_FLAG, 0, 0);
  while (g.task(1).state !== 'running') g.passMillis(1);
  const files = [1, ...others].map((tid) => values(schedText(g.kernel, g.kernel.process(1), g.task(tid))));
  const sum = (name: string): number => files.reduce((n, f) => n + f.get(name)!, 0);
  const counted = (key: keyof CoreCounts): number => g.kernel.state.counts.reduce((n, c) => n + c[key], 0);
  assert.is(sum('nr_voluntary_switches'), 1);
  assert.ok(sum('nr_involuntary_switches') >= 50 && sum('se.nr_migrations') >= 2, `${sum('nr_involuntary_switches')} ${sum('se.nr_migrations')}`);
  assert.equal([counted('switches'), counted('preemptions'), counted('migrations')], [sum('nr_switches'), sum('nr_involuntary_switches'), sum('se.nr_migrations')]);
  assert.match(g.read('/proc/stat'), new RegExp(`^ctxt ${counted('turns')}$`, 'm'));
});

Proc('every core has its line of schedstat, and of several cores their domain', () => {
  const g = new Reader({ cores: 2, clockHz });
  g.thread();
  g.passMillis(50);
  const lines = g.read('/proc/schedstat').trimEnd().split('\n');
  assert.is(lines[0], 'version 15');
  assert.equal(lines.slice(2).map((l) => l.replace(/ .*/, '')), ['cpu0', 'domain0', 'cpu1', 'domain0']);
  assert.equal(lines.slice(2).map((l) => l.split(' ').length), [10, 38, 10, 38]);
  const alone = new Reader({ cores: 1 });
  assert.equal(alone.read('/proc/schedstat').trimEnd().split('\n').length, 3);
});

Proc('settings show what is in force', () => {
  const g = new Reader({ cores: 4, sched: { sched_wakeup_granularity_ns: 5_000_000 } });
  const at = (name: string): number => Number(g.read(`/proc/sys/kernel/sched_${name}`));
  assert.equal(['latency_ns', 'min_granularity_ns', 'wakeup_granularity_ns', 'rr_timeslice_ms', 'rt_runtime_us', 'nr_migrate'].map(at), [18_000_000, 2_250_000, 5_000_000, 100, 950_000, 32]);
});

Proc('the machine tells user, system and idle time apart, and counts switches and tasks', () => {
  const g = new Reader({ cores: 2, clockHz });
  for (let i = 0; i < 200; i++) g.sys('getpid');
  g.passMillis(100);
  const text = g.read('/proc/stat');
  const [user, , system, idle] = text.split('\n')[0]!.split(/ +/).slice(1).map(Number) as [number, number, number, number];
  assert.ok(user >= 9 && user <= 10 && system === 0 && idle >= 9 && idle <= 10, text);
  assert.match(text, /^processes 1\nprocs_running 1$/m);
  const before = values(text).get('ctxt')!;
  g.duration(g.scratch + 64, 1000);
  g.sys('nanosleep', g.scratch + 64, 0);
  g.pass(100);
  assert.is(values(g.read('/proc/stat')).get('ctxt'), before + 2, 'to idling and back');
});

Proc('a quota throttles, and either version of control groups counts that', () => {
  for (const cgroup of [1, 2] as const) {
    const g = new Reader({ cores: 1, cpuQuota: 0.25, cgroup, clockHz });
    g.passMillis(1000);
    while (g.task(1).state !== 'running') g.passMillis(1);
    const text = g.read(cgroup === 1 ? '/sys/fs/cgroup/cpu,cpuacct/cpu.stat' : '/sys/fs/cgroup/cpu.stat');
    const all = values(text);
    assert.is(all.get('nr_periods'), 10);
    assert.is(all.get('nr_throttled'), 10);
    const stood = all.get(cgroup === 1 ? 'throttled_time' : 'throttled_usec')! / (cgroup === 1 ? 1e9 : 1e6);
    assert.ok(Math.abs(stood - 0.75) < 0.02, text);
    if (cgroup === 2) assert.ok(Math.abs(all.get('usage_usec')! / 1e6 - 0.25) < 0.02);
    else assert.ok(Math.abs(Number(g.read('/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage')) / 1e9 - 0.25) < 0.02);
  }
});

Proc('attributes are set and read whole', () => {
  const g = new Guest();
  const at = g.scratch + 256;
  for (let i = 0; i < 64; i += 8) g.put64(at + i, 0);
  g.put32(at, schedAttr.firstSize);
  g.put32(at + schedAttr.policy, SCHED.RR);
  g.put64(at + schedAttr.flags, SCHED_FLAG.RESET_ON_FORK);
  g.put32(at + schedAttr.priority, 7);
  assert.is(g.sys('sched_setattr', 0, at, 0), 0);
  assert.equal([g.task().policy, g.task().rtPriority, g.task().resetOnFork], [SCHED.RR, 7, true]);
  assert.is(g.sys('sched_rr_get_interval', 0, g.scratch), 0);
  assert.equal([g.get64(g.scratch), g.get64(g.scratch + 8)], [0n, 100_000_000n]);
  assert.is(g.sys('sched_getattr', 0, at + 64, 56, 0), 0);
  assert.equal([0, 4, 8, 16, 20].map((field) => g.get32(at + 64 + field)), [56, SCHED.RR, 1, 0, 7]);
  g.put32(at, 8);
  assert.is(g.sys('sched_setattr', 0, at, 0), -E.E2BIG);
  assert.is(g.get32(at), 56);
  g.put32(at + schedAttr.policy, SCHED.DEADLINE);
  assert.is(g.sys('sched_setattr', 0, at, 0), -E.ENOSYS);
  g.put32(at + schedAttr.policy, 4);
  assert.is(g.sys('sched_setattr', 0, at, 0), -E.EINVAL);
  assert.is(g.sys('sched_getattr', 0, at, 40, 0), -E.EINVAL);
});

Proc.run();
