/**
 * System calls of a program as strace of this computer prints them, and as --strace does: read back, and made plain where
 * two computers differ without either being wrong. What is made plain is listed in `plain` and in the suites.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Strace } from '../../machine/kernel/strace.js';
import { Machine } from '../../machine/machine.js';
import { archOf } from './onMachine.js';
import { cacheDir } from './oracle.js';

/** What runs: the same file on both. */
export interface Traced {
  readonly path: string;
  readonly arguments?: readonly string[];
  readonly environment?: readonly string[];
  readonly input?: string;
}

/** A line of a trace: which thread, and the call (its halves joined), signal or end. */
export interface Line {
  readonly thread: number;
  readonly text: string;
}

let logs = 0;

/**
 * The trace on this computer, or undefined where ptrace is not allowed. Its streams are pipes, as a machine's are; its working
 * directory is the root; soft limits are those of the model.
 */
export function hostTrace(program: Traced, prefix = ''): string | undefined {
  const quoted = (e: string): string => e.replace(/'/g, `'\\''`);
  const log = join(cacheDir(), `strace-${process.pid}-${threadId}-${logs++}`);
  const words = [program.path, ...(program.arguments ?? [])].map((w) => `'${quoted(w)}'`).join(' ');
  const environment = (program.environment ?? []).map((e) => `-E '${quoted(e)}'`).join(' ');
  const script = `ulimit -Sn 1024; ulimit -Sc 0; cat | ${prefix} env -i "$(command -v strace)" -f -o ${log} ${environment} ${words} 2>&1 | cat`;
  const r = spawnSync('/bin/sh', ['-c', script], { cwd: '/', env: { PATH: process.env.PATH ?? '' }, input: program.input ?? '', encoding: 'latin1', maxBuffer: 2 ** 28 });
  const text = readFileSync(log, 'latin1');
  rmSync(log);
  return /ptrace|not permitted/i.test(r.stdout) && text.length === 0 ? undefined : text;
}

/** The trace on the machine. `prepare` may change what the program will find. */
export function machineTrace(program: Traced, config: Partial<Config> = {}, prepare?: (kernel: Kernel) => void, cycles = 1e10): string {
  let text = '';
  let kernel: Kernel | undefined;
  const image = readFileSync(program.path);
  const machine = new Machine({ arch: archOf(image), memoryBytes: 256 << 20, cores: 1, ...config }, new MemoryHost(program.input ?? ''), (parts) => {
    kernel = new Kernel(parts);
    kernel.trace = new Strace(kernel, (line) => (text += line), 'file');
    return kernel;
  });
  machine.load(image, [program.path, ...(program.arguments ?? [])], program.environment ?? [], program.path);
  prepare?.(kernel!);
  machine.run(cycles);
  if (machine.stopMessage !== undefined) throw new Error(`${program.path}: ${machine.stopMessage}`);
  return text;
}

/** Lines in the order in which calls ended, halves joined; threads and processes count from 1 in the order in which they were made. */
export function linesOf(trace: string): Line[] {
  const lines: Line[] = [];
  const numbers = [...new Set([...trace.matchAll(/^(\d+) /gm)].map((m) => Number(m[1])))].sort((a, b) => a - b);
  const threads = new Map(numbers.map((pid, i) => [String(pid), i + 1]));
  const open = new Map<number, string>();
  for (const row of trace.split('\n')) {
    const m = /^(\d+) +(.*)$/.exec(row);
    if (!m) continue;
    const pid = m[1]!;
    const thread = threads.get(pid)!;
    let text = m[2]!;
    if (/<unfinished \.\.\.>$/.test(text)) {
      open.set(thread, text.replace(/ ?<unfinished \.\.\.>$/, ''));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    if (resumed) text = join2(open.get(thread) ?? '', resumed[1]!);
    lines.push({ thread, text });
  }
  return lines;
}

/** strace leaves out the space behind a comma where it cuts. */
const join2 = (first: string, rest: string): string => (/,$/.test(first) && !/^ /.test(rest) ? `${first} ${rest}` : first + rest);

/** A range of addresses that has a name in plain text. */
interface Region {
  readonly name: string;
  readonly start: number;
  end: number;
  /** Where something lies in it depends on chance. */
  readonly loose: boolean;
}

/**
 * Lines without what depends on the computer: addresses become places (the k-th mapping of thread t, the heap of brk, the
 * stack), process and thread numbers become thread's places, and values of clocks and of chance go.
 * `loose`: places inside reservations and mappings at chosen addresses are only named, for programs that choose by chance.
 */
export function plain(lines: readonly Line[], loose = false): Line[] {
  const regions: Region[] = [];
  const mapped = new Map<number, number>();
  const place = (text: string): string =>
    text.replace(/(?<!stack_size=)0x[0-9a-f]{5,}/g, (word) => {
      const at = Number(word);
      const region = [...regions].reverse().find((r) => at >= r.start && at < r.end);
      if (region) return `${region.name}${region.loose || at === region.start ? '' : `+${(at - region.start).toString(16)}`}`;
      return at >= 0x7ffc00000000 && at < 0x800000000000 ? 'STACK' : word;
    });
  const timers: string[] = [];
  return lines.flatMap(({ thread, text }) => {
    const call = text.replace(/\) += /, ') = ');
    const alternate = /^sigaltstack\(\{ss_sp=(0x[0-9a-f]+), ss_flags=0, ss_size=(\d+)\}/.exec(call);
    if (alternate) regions.push({ name: 'altstack', start: Number(alternate[1]), end: Number(alternate[1]) + Number(alternate[2]), loose: true });
    const map = /^(?:mmap|mremap)\((\w+), (\d+)(?:, (\d+))?.* = (0x[0-9a-f]+)$/.exec(call);
    if (map) {
      const count = (mapped.get(thread) ?? 0) + 1;
      const start = Number(map[4]);
      const inside = regions.some((r) => start >= r.start && start < r.end);
      if (!inside || !call.includes('MAP_FIXED')) {
        mapped.set(thread, count);
        regions.push({ name: `m${thread}.${count}`, start, end: start + Number(call.startsWith('mremap') ? map[3] : map[2]), loose: map[2] === '134217728' || loose && (call.includes('PROT_NONE') || map[1] !== 'NULL') });
      }
    }
    if (/^execve\(.* = 0$/.test(call)) regions.splice(0, regions.length, ...regions.filter((r) => r.name !== 'heap'));
    const heap = /^brk\((\w+)\) = (0x[0-9a-f]+)$/.exec(call);
    if (heap) {
      const known = regions.find((r) => r.name === 'heap');
      if (known) known.end = Math.max(known.end, Number(heap[2]) + 1);
      else regions.push({ name: 'heap', start: Number(heap[2]), end: Number(heap[2]) + 2 ** 24, loose: false });
    }
    const timer = /^timer_create\(.*, \[(\d+)\]\) = 0$/.exec(call);
    if (timer) timers.push(timer[1]!);
    const counted = call.replace(/^(timer_\w+\()(\d+)/, (_, name: string, id: string) => `${name}T${timers.indexOf(id)}`).replace(/^(timer_create\(.*, )\[\d+\]/, '$1[T]').replace(/si_timerid=\w+/, 'si_timerid=T');
    const shown = place(values(counted));
    // glibc's malloc cuts a heap of 64 MiB out of a reservation of twice the size, where its address is a multiple
    return /^munmap\(m\d+\.\d+, /.test(shown) && regions.some((r) => r.loose && shown.startsWith(`munmap(${r.name}`)) ? [] : [{ thread, text: shown }];
  });
}

/** What calls tell of processes, clocks and chance. */
function values(call: string): string {
  return call
    .replace(/^execve\((.*), (?:0x\w+ )?\/\* (\d+) vars? \*\/\)/, 'execve($1, $2)')
    .replace(/^((?:getpid|gettid|getppid|set_tid_address|getpgrp|getsid)\(.*\) = )\d+/, '$1PID')
    .replace(/^((?:clone3?|v?fork)\(.*\) = )\d+/, '$1PID')
    .replace(/(parent_tid=|parent_tid=>)\[\d+\]/, '$1[PID]')
    .replace(/si_pid=\d+, si_uid=\d+/, 'si_pid=PID, si_uid=UID')
    .replace(/^(kill|tkill|rt_sigqueueinfo)\(\d+/, '$1(PID')
    .replace(/^rt_tgsigqueueinfo\(\d+, \d+/, 'rt_tgsigqueueinfo(PID, PID')
    .replace(/^(rt_sigreturn\(.*\) = ).*/, '$1RAX')
    .replace(/^((?:[gs]etitimer|timerfd_[gs]ettime|timer_[gs]ettime)\(.*it_value=)\{tv_sec=\d+, (tv_[nu]sec)=(?!0\})\d+\}\}\) = 0/, '$1REST}) = 0')
    .replace(/^((?:clock_nanosleep|timer(?:fd)?_settime)\([^{]*TIMER_ABSTIME, \{(?:.*it_value=\{)?)tv_sec=\d+, tv_nsec=\d+/, '$1TIME')
    .replace(/^(prlimit64\(0, RLIMIT_SIGPENDING.*rlim_cur=)\d+/, '$1FIGURE')
    .replace(/rlim_max=[^}]*/, 'rlim_max=MAX')
    .replace(/^tgkill\(\d+, \d+/, 'tgkill(PID, PID')
    .replace(/^(wait4|waitid)\((P_PID, )?\d+/, '$1($2PID')
    .replace(/^(wait4\(.*\) = )[1-9]\d*/, '$1PID')
    .replace(/^getrandom\("(\\x[0-9a-f]{2})+"(\.\.\.)?/, 'getrandom(RANDOM')
    .replace(/^(clock_(?:gettime|getres)\()0x[0-9a-f]+ .*, /, '$1CPUCLOCK, ')
    .replace(/^(clock_gettime\(\w+, )\{.*\}/, '$1TIME')
    .replace(/^gettimeofday\(.*\) = 0/, 'gettimeofday(TIME) = 0')
    .replace(/(st_mode=S_IFDIR\|\d+, st_size=)\d+/, '$1SIZE')
    .replace(/ \/\* [A-Z_]+\?+ \*\//g, '') // how flags without a name are remarked on
    .replace(/("\/[\w/.-]*rt0-[a-z]+-)\d+"/g, '$1PID"')
    .replace(/("\/dev\/shm\/)(sem\.|tmp-)\w+"/g, '$1CHANCE"')
    .replace(/^(f?statfs\([^{]*)\{.*\}\)/, '$1FIGURES)')
    .replace(/\|STATX_MNT_ID/, '') // told by Linux since 5.8; here mounts have no number
    .replace(/nodename="[^"]*"/, 'nodename')
    .replace(/^sysinfo\(\{.*\}\)/, 'sysinfo(FIGURES)')
    .replace(/^(getrusage\(\w+, )\{.*\}/, '$1FIGURES')
    .replace(/^(times\()\{.*\}\) = \d+/, '$1FIGURES)')
    .replace(/(\/tmp\/rt0-\w+?)[A-Za-z0-9]{6}"/, '$1CHANCE"')
    // how many bytes the kernel's set of processors has is a setting of its build
    .replace(/^(sched_getaffinity\(.*\) = )\d+/, '$1BYTES');
}

/** Where two traces part: thread, line, and what each has there; undefined when they are equal. */
export function difference(ours: readonly (readonly string[])[], theirs: readonly (readonly string[])[]): string | undefined {
  for (let t = 0; t < Math.max(ours.length, theirs.length); t++) {
    const [a, b] = [ours[t] ?? [], theirs[t] ?? []];
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      if (a[i] !== b[i]) return `thread ${t + 1}, line ${i + 1}\n  here: ${b[i] ?? 'the end'}\n  rt0:  ${a[i] ?? 'the end'}`;
    }
  }
  return undefined;
}

/** The lines of each thread that made calls, in order of appearance. */
export function byThread(lines: readonly Line[]): string[][] {
  const out: string[][] = [];
  for (const { thread, text } of lines) (out[thread - 1] ??= []).push(text);
  return out;
}
