/** `rt0 run FILE [args...]`: boots an image, or an assembly source, and passes on its output and exit status. */
import { ElfError, EM, readElf } from '../../isa/abi/elf.js';
import { arches, archOfCpu, ConfigError, cpuLevels, defaults, formatHz, makeConfig, ticksPerCycle, timings, uarchNames, type Arch, type Config, type Mount } from '../config.js';
import type { SchedEvent } from '../debug/schedEvents.js';
import { checkedSched, readDescription, readSched } from '../description.js';
import type { Symbols } from '../debug/symbols.js';
import { ReplayError, type Host, type InputRecord } from '../host.js';
import { memoryOf } from '../memory/description.js';
import { presetOf } from '../presets.js';
import type { InputLog } from '../inputLog.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Profile } from '../exec/profile.js';
import type { Machine } from '../machine.js';
import { merged, type SchedSettings } from '../sched.js';
import type { Command } from './command.js';
import { cachesOf } from './caches.js';
import { checkOut, readInput, writeOut, writeParts } from './file.js';
import { BrokenPipe, NodeHost } from './host.js';
import { openFolders, readMounts } from './mount.js';
import { Pacer, paces } from './pace.js';
import type { Profiled } from '../debug/profile/profiled.js';
import { checkEnd, checkOrigin, limitOf, openLog, ReplayHost, writeLog, type Asked } from './record.js';
import { choice, coresOf, count, InputError, parse, size, UsageError, type Flags, type OptionName } from './options.js';

export const runOptions: readonly OptionName[] = [
  '--machine', '--arch', '--cores', '--cpu', '--cpu-quota', '--sched', '--timing', '--uarch', '--caches', '--cache', '--memory', '--seed', '--env', '--mount', '--cwd', '--record', '--replay', '--pace', '--strace', '--ftrace', '--stats', '--digest', '--max-instructions', '--interrupt-grain',
];

/** Of commands whose run may be profiled. */
export const profileOptions: readonly OptionName[] = ['--cachegrind', '--callgrind'];

/** All that a run needs, loaded when there is one: every command loads this file for its words. */
type Model = typeof import('./model.js');

/** What SIGPIPE leaves as exit status. */
const brokenPipeStatus = 128 + 13;

/** Cycles between two looks at the instruction count, when it is limited. */
const limitStepCycles = 10_000;

export const runCommand: Command = {
  name: 'run',
  usage: 'rt0 run [flags] FILE [arguments]',
  summary: 'boot a program',
  text: [
    'Boots FILE on the modeled machine: a static ELF image for Linux, or Go assembly (.s), which is assembled first, or a',
    'folder with assembly of its name: programs/hello stands for programs/hello/hello_amd64.s, or _arm64.s with --arch arm64.',
    'The guest gets FILE and the arguments as its argv, and the environment that --env gives it.',
    'Its exit status is that of rt0, 128+n after fatal signal n; rt0 itself exits 1 for input it refuses and 2 for wrong usage.',
  ].join('\n'),
  options: [...runOptions, ...profileOptions],
  run: (words) => runProgram(words, [...runOptions, ...profileOptions]),
};

/** What else is to become of a run. */
export interface Purpose {
  /** Of the command, for messages. */
  readonly name: string;
  /** Caches are modeled unless the user says otherwise. */
  readonly usesCaches: boolean;
  /** The machine counts for reports. */
  readonly counts?: boolean;
  /** The scheduler's events are kept. */
  readonly listens?: boolean;
  /** The program is loaded and has not run. `again`: see `Started`. */
  booted?(machine: Machine, image: Uint8Array, again: () => Machine): void;
  /** The program has ended; with the scheduler's events, if they were kept. */
  ended(run: EndedRun): Promise<void> | void;
}
export interface EndedRun {
  readonly model: Model;
  readonly machine: Machine;
  readonly flags: Flags;
  readonly path: string;
  readonly events: readonly SchedEvent[];
}

/** A program on a machine that has not run yet, and what it was made from. */
export interface Started {
  readonly machine: Machine;
  readonly host: NodeHost;
  readonly image: Uint8Array;
  readonly path: string;
  readonly asked: Asked;
  readonly log: InputLog | undefined;
  /** What the flags want to be written of its instructions. */
  readonly profiled: Profiled | undefined;
  /** Another machine of the same kind with the program, which gets the input of `records`, then `outside`'s; left out: none, and nobody sees its output. */
  readonly again: (records?: readonly InputRecord[], outside?: Host) => Machine;
}

/** Loads the program that words without flags name; a replay knows its name. `input` false: its standard input is empty. The caller closes the host. */
export async function start(flags: Flags, rest: readonly string[], { name, usesCaches, counts = false, input = true }: Pick<Purpose, 'name' | 'usesCaches' | 'counts'> & { readonly input?: boolean }): Promise<Started> {
  const { '--record': record, '--replay': replay } = flags;
  if (record !== undefined && replay !== undefined) throw new UsageError('--record and --replay exclude each other');
  if (rest.length === 0 && replay === undefined) throw new UsageError(`${name}: which FILE?`);
  for (const name of [...profileOptions, '--output', '--ftrace', '--record'] as const) if (flags[name] !== undefined) checkOut(String(flags[name]));
  const log = replay === undefined ? undefined : openLog(replay);
  const [path = log!.path, ...args] = rest;
  const mounts = readMounts(flags['--mount'] ?? []);
  const checked: Asked = {
    config: machineConfig(flags, flags['--mount'] || !log ? mounts.places : log.config.mounts, log?.config ?? defaults, usesCaches),
    path: log?.path ?? path,
    argv: log ? [log.argv[0]!, ...(args.length > 0 ? args : log.argv.slice(1))] : [path, ...args],
    env: flags['--env'] || !log ? guestEnvironment(flags['--env'] ?? []) : log.env,
    most: count(flags, '--max-instructions', 1, Number.MAX_SAFE_INTEGER, log ? limitOf(log) : Infinity),
  };
  const model = await import('./model.js');
  const image = await model.loadImage(path, log?.config.arch ?? askedArch(flags)).catch((e: unknown) => {
    if (e instanceof InputError && rest.length === 0) throw new InputError(`${e.message}; the log does not hold the program, FILE may say where it is`);
    throw e;
  });
  const asked: Asked = log ? checked : { ...checked, config: machineConfig(flags, checked.config.mounts, defaults, usesCaches, archOf(image)) };
  if (log) checkOrigin(log, replay!, asked, model.hashOf(image));
  const profiled = await profileOf(path, image, flags);
  const host = new NodeHost(openFolders(log ? [] : mounts.folders), input);
  try {
    const outside = log ? new ReplayHost(log, (fd, bytes) => host.write(fd, bytes)) : host;
    const machine = boot(model, path, image, asked, flags, outside, log?.records ?? [], log !== undefined, profiled?.profile ?? counts);
    profiled?.attach(machine);
    machine.host.keeping = record !== undefined || log !== undefined;
    return { machine, host, image, path, asked, log, profiled, again: (records = [], other = new model.MemoryHost()) => boot(model, path, image, asked, {}, other, records, false, counts) };
  } catch (e) {
    host.close();
    throw e;
  }
}

/** What counts by instruction, where a flag wants that. */
async function profileOf(path: string, image: Uint8Array, flags: Flags): Promise<Profiled | undefined> {
  if (profileOptions.every((name) => flags[name] === undefined)) return undefined;
  const { DebugError, Profiled: Profiling } = await import('./profileModel.js');
  try {
    return new Profiling(image, flags['--callgrind'] !== undefined);
  } catch (e) {
    if (e instanceof ElfError || e instanceof DebugError) throw new InputError(`${path}: ${e.message}`);
    throw e;
  }
}

async function writeProfiles(profiled: Profiled, flags: Flags, words: readonly string[]): Promise<void> {
  const [{ DebugError }, { version }] = await Promise.all([import('./profileModel.js'), import('./version.js')]);
  try {
    const { cachegrind, callgrind } = profiled.texts(words, `rt0 ${version()}`);
    if (flags['--cachegrind'] !== undefined) writeOut(flags['--cachegrind'], cachegrind);
    if (callgrind !== undefined) writeOut(flags['--callgrind']!, callgrind);
  } catch (e) {
    throw e instanceof DebugError ? new InputError(`${words[0]}: ${e.message}`) : e;
  }
}

/** Boots the program that the words name, and lets it run to its end. Returns the exit status. */
export async function runProgram(words: readonly string[], names: readonly OptionName[], purpose?: Purpose): Promise<number> {
  const { flags, rest } = parse(words, names);
  return runParsed(flags, rest, purpose);
}

/** The same of words that have been read. */
export async function runParsed(flags: Flags, rest: readonly string[], purpose?: Purpose): Promise<number> {
  const { machine, host, image, path, asked, log, profiled, again } = await start(flags, rest, purpose ?? { name: 'run', usesCaches: false });
  const { '--record': record, '--replay': replay } = flags;
  try {
    purpose?.booted?.(machine, image, again);
    const pace = choice(flags, '--pace', paces, 'input');
    const pacer = new Pacer(machine, log ? 'free' : pace, host); // a replay waits for nobody
    const model = await import('./model.js');
    const events = purpose?.listens || flags['--ftrace'] !== undefined ? new model.SchedEvents(machine.kernel as Kernel) : undefined;
    (machine.kernel as Kernel).schedWatch = events;
    const status = await runOut(machine, pacer, asked.most, log !== undefined, (line) => process.stderr.write(`rt0: ${line}\n`));
    told(machine, flags);
    if (log) checkEnd(log, replay!, machine, status);
    if (record !== undefined) writeLog(record, asked, machine, status);
    if (profiled) await writeProfiles(profiled, flags, [path, ...asked.argv.slice(1)]);
    if (events && flags['--ftrace'] !== undefined) {
      const write = flags['--ftrace'].endsWith('.dat') ? model.traceDat : model.ftraceText;
      writeParts(flags['--ftrace'], write(events.events, asked.config.cores));
    }
    await purpose?.ended({ model, machine, flags, path, events: events?.events ?? [] });
    return status;
  } catch (e) {
    const cause = e instanceof Error && e.cause instanceof Error ? e.cause : e;
    if (cause instanceof BrokenPipe) return brokenPipeStatus;
    if (cause instanceof ReplayError) throw new InputError(`${replay}: ${cause.message}`);
    throw e;
  } finally {
    host.close();
  }
}

/** The instruction set that the flags ask for, when they do. */
function askedArch(flags: Flags): Arch | undefined {
  const described = flags['--machine'] === undefined ? {} : description(flags['--machine']);
  if (flags['--arch'] !== undefined) return choice(flags, '--arch', arches, 'amd64');
  return described.arch ?? archOfCpu(flags['--cpu'] ?? described.cpu);
}

/**
 * The machine that the description and the flags ask for; `fallback` says the rest. `image`: the instruction set of the program,
 * where it is known: flags are checked before the program is read. `usesCaches`: the core's own, unless the description says otherwise.
 */
export function machineConfig(flags: Flags, mounts: readonly Mount[], fallback = defaults, usesCaches = false, image?: Arch): Config {
  const described = flags['--machine'] === undefined ? {} : description(flags['--machine']);
  const base = { ...fallback, ...described };
  const arch = choice(flags, '--arch', arches, described.arch ?? image ?? archOfCpu(flags['--cpu'] ?? described.cpu) ?? fallback.arch);
  const timed = timingOf(flags, described, base, arch);
  const config = {
    ...base,
    arch,
    cores: count(flags, '--cores', 1, 64, base.cores),
    cpu: choice(flags, '--cpu', cpuLevels[arch], described.cpu ?? (arch === fallback.arch ? fallback.cpu : cpuLevels[arch].at(-1)!)),
    ...timed,
    caches: cachesOf(flags, usesCaches && described.caches === undefined && timed.timing !== 'none' ? memoryOf(timed.uarch)! : base.caches, timed.uarch),
    sched: schedOf(flags, base.sched),
    cpuQuota: coresOf(flags, '--cpu-quota', base.cpuQuota),
    memoryBytes: size(flags, '--memory', base.memoryBytes),
    seed: count(flags, '--seed', 0, Number.MAX_SAFE_INTEGER, base.seed),
    grain: choice(flags, '--interrupt-grain', ['block', 'insn'], base.grain),
    mounts,
    cwd: flags['--cwd'] ?? base.cwd,
  };
  return asUsage(() => makeConfig(config));
}

/** Timing and microarchitecture: one that is asked for decides about the other. */
function timingOf(flags: Flags, described: Partial<Config>, base: Config, arch: Arch): Pick<Config, 'timing' | 'uarch'> {
  const asked = flags['--uarch'] === undefined ? described.uarch : choice(flags, '--uarch', uarchNames[arch], '');
  const fitting = asked === 'unit' ? 'unit' : described.timing ?? (described.predictor === 'tage' ? 'window' : asked === undefined ? base.timing : 'interval');
  const timing = choice(flags, '--timing', timings, fitting);
  const usual = timing === 'unit' ? 'unit' : uarchNames[arch].includes(base.uarch) && base.uarch !== 'unit' ? base.uarch : uarchNames[arch][0]!;
  return { timing, uarch: asked ?? usual };
}

/** The instruction set that an image is for; what is no image is refused when it is loaded. */
export function archOf(image: Uint8Array): Arch {
  try {
    return readElf(image).machine === EM.AARCH64 ? 'arm64' : 'amd64';
  } catch (e) {
    if (e instanceof ElfError) return 'amd64';
    throw e;
  }
}

/** --sched: files, and single settings as KEY=VALUE; what comes later wins. */
function schedOf(flags: Flags, base: SchedSettings): SchedSettings {
  const given = (flags['--sched'] ?? []).map((word) => {
    const [key, value] = word.split('=', 2) as [string, string?];
    return value === undefined || key.includes('/') ? asInput(() => readSched(new TextDecoder().decode(readInput(word)), word)) : asUsage(() => checkedSched(settingOf(key, value), '--sched'));
  });
  return given.reduce(merged, base);
}

/** KEY=VALUE as the object that a file would have. */
function settingOf(key: string, text: string): unknown {
  const value: unknown = text === 'true' || text === 'false' ? text === 'true' : /^-?\d+$/.test(text) ? Number(text) : text;
  return key.startsWith('features.') ? { features: { [key.slice('features.'.length)]: value } } : { [key]: value };
}

function asInput<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof ConfigError) throw new InputError(e.message, true);
    throw e;
  }
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    if (e instanceof ConfigError) throw new UsageError(e.message);
    throw e;
  }
}

/** The settings of a machine by name, or of its description in the file `path`. */
export function description(name: string, path = name): Partial<Config> {
  return presetOf(name)?.settings ?? asInput(() => readDescription(new TextDecoder().decode(readInput(path)), path));
}

/** NAME=VALUE as given; NAME alone passes the host's value on. */
function guestEnvironment(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    if (/^[^=]+=/.test(word)) return [word];
    if (word === '' || word.startsWith('=')) throw new UsageError(`--env takes NAME=VALUE, not ${word}`);
    const value = process.env[word];
    return value === undefined ? [] : [`${word}=${value}`];
  });
}

function boot(model: Model, path: string, image: Uint8Array, asked: Asked, flags: Flags, host: Host, records: readonly InputRecord[], only: boolean, tallies: boolean | Profile): Machine {
  try {
    const machine = new model.Machine(asked.config, host, (parts) => {
      const kernel = new model.Kernel(parts);
      if (flags['--strace']) kernel.trace = new model.Strace(kernel, (text) => host.write(2, new TextEncoder().encode(text)));
      return kernel;
    }, records, only, tallies);
    machine.load(image, asked.argv, asked.env, asked.path);
    let symbols: Symbols | undefined; // read only when a message needs a name
    (machine.kernel as Kernel).where = (pc) => (symbols ??= symbolsOf(model, image)).describe(pc);
    return machine;
  } catch (e) {
    if (e instanceof ElfError) throw new InputError(`${path}: ${e.message}`);
    if (e instanceof ConfigError) throw new InputError(e.message);
    throw e;
  }
}

/** The image's symbols; none when its section tables, which Linux never looks at, are damaged. */
function symbolsOf(model: Model, image: Uint8Array): Symbols {
  try {
    return model.Symbols.of(image);
  } catch (e) {
    if (e instanceof ElfError) return model.Symbols.none;
    throw e;
  }
}

/**
 * The cycle at which the instruction count is looked at next, when it is limited; `before` is what it was last time. Where
 * nothing runs, the next thing to happen may be far away.
 */
function lookAt(machine: Machine, most: number, before: number): number {
  if (most === Infinity) return Infinity;
  const idle = machine.instructions === before && machine.idleSeconds < Infinity ? machine.idleSeconds * machine.config.clockHz : 0;
  return machine.cycles + idle + limitStepCycles;
}

/** Lets the machine run to its end, waiting for input where it must; at most about `most` instructions. Returns the exit status; `say` hears why it is not the program's. */
export async function runOut(machine: Machine, pacer: Pacer, most: number, replaying: boolean, say: (line: string) => void): Promise<number> {
  let status: number | undefined;
  // a function of the machine's state alone, so that a replay looks at the same moments
  let look = lookAt(machine, most, -1);
  let before = 0;
  while (status === undefined) {
    const until = await pacer.until();
    const outcome = machine.run(Math.min(until, look));
    if (outcome === 'exit') status = machine.exitStatus!;
    else if (outcome === 'wait') {
      if (replaying && machine.idleSeconds === Infinity) throw new ReplayError('replay diverged: the guest waits for input, where the log has ended');
      await pacer.idle();
    }
    else if (outcome === 'stop') {
      say(machine.stopMessage!);
      status = 1;
    } else if (machine.instructions >= most) {
      say(`stopped after ${machine.instructions} instructions`);
      status = 1;
    } else if (until >= look) {
      look = lookAt(machine, most, before);
      before = machine.instructions;
    }
  }
  return status;
}

/** What the flags want to know of a run that is over. */
function told(machine: Machine, flags: Flags): void {
  const { message } = machine.kernel as Kernel;
  if (message !== undefined) process.stderr.write(`rt0: ended by ${message}\n`);
  if (flags['--strace']) process.stderr.write(missing(machine.kernel as Kernel));
  if (flags['--stats']) process.stderr.write(stats(machine));
  if (flags['--digest']) process.stderr.write(`digest ${machine.digest()}\n`);
}

/** The calls that the model does not have and the program made all the same. */
function missing(kernel: Kernel): string {
  const calls = [...kernel.state.missing].map(([name, times]) => `${name} (${times})`);
  return calls.length === 0 ? '' : `rt0: answered ENOSYS because it is not modeled: ${calls.join(', ')}\n`;
}

function stats(machine: Machine): string {
  const cores = Array.from({ length: machine.config.cores }, (_, i) => machine.core(i));
  const seconds = machine.cycles / machine.config.clockHz;
  const row = (label: string, instructions: number, cycles: number): string =>
    `${label.padEnd(8)}${instructions.toLocaleString('en-US').padStart(18)} instructions ${cycles.toLocaleString('en-US').padStart(18)} cycles\n`;
  const wrong = cores.reduce((sum, _, i) => sum + machine.engine.mispredicts(i), 0);
  return [
    ...cores.map((c, i) => row(`core ${i}`, c.instructions, Math.floor(c.ticks / ticksPerCycle))),
    row('total', machine.instructions, machine.cycles),
    ...(machine.engine.predicts ? [`wrong   ${wrong.toLocaleString('en-US').padStart(18)} predictions of branches\n`] : []),
    `time    ${(seconds * 1000).toFixed(3).padStart(18)} ms at ${formatHz(machine.config.clockHz)}\n`,
  ].join('');
}
