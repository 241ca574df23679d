/**
 * The flags of every command, once: spelling, value, meaning. A command lists the names it takes, so a flag
 * means the same everywhere. Flags before FILE are rt0's, everything after it is the guest's.
 */
import arg from 'arg';
import { bytes } from '../description.js';

/** Wrong usage: exit status 2. */
export class UsageError extends Error {}

/** What the user asked for cannot be done with this input: exit status 1. */
export class InputError extends Error {
  /** `complete`: the message is a report of its own, printed without a prefix. */
  constructor(message: string, readonly complete = false) {
    super(message);
  }
}

interface Option {
  readonly type: BooleanConstructor | StringConstructor | readonly [StringConstructor];
  readonly value?: string;
  readonly help: string;
}

export const options = {
  '--arch': { type: String, value: 'ISA', help: 'instruction set of the machine, amd64 or arm64 (default: the image\'s; of assembly what its name ends in, as _arm64.s, else amd64)' },
  '--machine': { type: String, value: 'FILE', help: 'a machine by name (rt0 machines lists them) or its description in JSON; other flags override it' },
  '--cores': { type: String, value: 'N', help: 'number of cores, 1 to 64 (default 4)' },
  '--cpu': { type: String, value: 'LEVEL', help: 'what the processor advertises; amd64: v1, or v2 with SSE3 to SSE4.2 and POPCNT (default v2); arm64: base, or v8 with LSE, CRC32, AES and SHA (default v8)' },
  '--cpu-quota': { type: String, value: 'CORES', help: 'CPU limit of the control group, as 2 or 1.5, enforced in periods of 100 ms; Go 1.25 takes GOMAXPROCS from it (default none)' },
  '--sched': { type: [String], value: 'FILE', help: 'settings of the scheduler in JSON, named as in /proc/sys/kernel (sched_latency_ns and so on), HZ and features; or one of them as KEY=VALUE; may be repeated' },
  '--timing': { type: String, value: 'MODE', help: 'what makes time pass: none (a cycle an instruction), unit (the teaching core), interval (blocks, predictions, latencies), or window (each instruction through an out-of-order core; about 1 million of them a second) (default interval)' },
  '--uarch': { type: String, value: 'NAME', help: 'the microarchitecture: skylake (amd64, its default), neoverse_n1 (arm64), or unit, the teaching core, whose timing is unit' },
  '--caches': { type: String, value: 'NAME', help: 'caches, TLBs and DRAM: flat (every access hits the first cache), skylake, skylake_sp, neoverse_n1, or unit, the teaching core\'s (default flat)' },
  '--cache': { type: [String], value: 'KEY=VALUE', help: 'a figure of the caches, as l2.bytes=512K, lineBytes=128 or protocol=moesi; may be repeated' },
  '--memory': { type: String, value: 'SIZE', help: 'RAM of the machine, as 512M or 2G, at most 3584M (default 2G)' },
  '--seed': { type: String, value: 'N', help: 'seed of everything random in the machine (default 1)' },
  '--env': { type: [String], value: 'NAME=VALUE', help: 'a variable of the guest\'s environment, NAME alone with the value it has here; may be repeated' },
  '--mount': { type: [String], value: 'HOST:GUEST[:ro|rw]', help: 'show the folder or file HOST at the absolute path GUEST, read-only unless rw; may be repeated' },
  '--cwd': { type: String, value: 'FOLDER', help: 'the guest\'s working directory at start (default /)' },
  '--record': { type: String, value: 'LOG', help: 'write all that comes from outside to LOG, and how the run ended' },
  '--replay': { type: String, value: 'LOG', help: 'repeat a recorded run: input comes from LOG alone, mounted folders are not touched' },
  '--pace': { type: String, value: 'PACE', help: 'real: modeled time never runs ahead of real time; free: it leaps over all idle time (default: but for waits for input)' },
  '--strace': { type: Boolean, help: 'print system calls to standard error as strace does' },
  '--ftrace': { type: String, value: 'FILE', help: 'write what the scheduler did to FILE: the text of ftrace, which Perfetto reads; to FILE.dat as trace-cmd and KernelShark read it' },
  '--stats': { type: Boolean, help: 'print instructions, cycles and modeled time to standard error at the end' },
  '--cachegrind': { type: String, value: 'FILE', help: 'write what instructions counted, by function and line, to FILE for cg_annotate and KCachegrind' },
  '--callgrind': { type: String, value: 'FILE', help: 'the same with calls and what was spent in them, for callgrind_annotate and KCachegrind' },
  '--digest': { type: Boolean, help: 'print the digest of the final state to standard error' },
  '--max-instructions': { type: String, value: 'N', help: 'stop after about N instructions' },
  '--interrupt-grain': { type: String, value: 'GRAIN', help: 'where cores may take turns: at the end of a block, or after any insn (default block)' },
  '--syntax': { type: String, value: 'SYNTAX', help: 'assembly syntax: go or gnu (default go)' },
  '--symbol': { type: String, value: 'REGEXP', help: 'only symbols whose name matches; short form -s' },
  '--line': { type: Boolean, help: 'file and line of the source with the instructions; short form -l' },
  '--exe': { type: String, value: 'FILE', help: 'the image that addresses belong to; short form -e' },
  '--functions': { type: Boolean, help: 'a line with the function before that of file and line; short form -f' },
  '--inlines': { type: Boolean, help: 'of inlined code also the calls, from the inside out; short form -i' },
  '--addresses': { type: Boolean, help: 'a line with the address first; short form -a' },
  '--mode': { type: String, value: 'MODE', help: 'interval: bounds, quickly; window: simulation of the out-of-order core (default interval)' },
  '--unrolled': { type: Boolean, help: 'copies of the block follow each other in memory and are decoded anew (default)' },
  '--loop': { type: Boolean, help: 'the block is a loop that runs from the cache of decoded micro-ops' },
  '--pointers': { type: String, value: 'HOW', help: 'equal: all registers and memory words start as the same address, as where blocks are measured; distinct: unknown registers never point to the same place (default equal)' },
  '--explain': { type: String, value: 'HEX', help: 'tell what limits the block HEX' },
  '--json': { type: Boolean, help: 'one JSON object a line, as perf stat -j writes them; short form -j' },
  '--event': { type: [String], value: 'NAME,...', help: 'these events only, or list: tell which there are; may be repeated; short form -e' },
  '--no-aggr': { type: Boolean, help: 'a row for each core instead of all together; short form -A' },
  '--field-separator': { type: String, value: 'SEP', help: 'fields with SEP between them, as perf stat -x writes them; short form -x' },
  '--footprint': { type: String, value: 'SIZE', help: 'the most memory that is chased through, as 1M (default 64M)' },
  '--try-padding': { type: Boolean, help: 'run the program again with the words that the advice names on lines of their own, and tell what that brings' },
  '--verbose': { type: Boolean, help: 'tell all; short form -v' },
  '--jobs': { type: String, value: 'N', help: 'how many run at a time (default: as many as there are processors)' },
  '--results': { type: String, value: 'FILE', help: 'where results are kept (default: beside SPEC.json, with a name that ends in .results.jsonl)' },
  '--fresh': { type: Boolean, help: 'run everything, whatever there are results of' },
  '--plot': { type: String, value: 'FILE', help: 'draw a picture, as .svg or in a page as .html' },
  '--commands': { type: [String], value: 'FILE', help: 'execute the debugger\'s commands in FILE first; may be repeated; short form -x' },
  '--ex': { type: [String], value: 'COMMAND', help: 'execute COMMAND first; may be repeated; short form -ex' },
  '--batch': { type: Boolean, help: 'end when these commands are done, with status 1 when one failed' },
  '--history-memory': { type: String, value: 'SIZE', help: 'what checkpoints of the past may hold (default 1G)' },
  '--output': { type: String, value: 'FILE', help: 'write to FILE; short form -o' },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof options;

/** A letter may stand for another flag in another command, as with the tools whose names they have. */
const short: readonly (readonly [string, OptionName])[] = [
  ['-s', '--symbol'], ['-o', '--output'], ['-l', '--line'], ['-e', '--exe'], ['-e', '--event'], ['-f', '--functions'], ['-i', '--inlines'], ['-a', '--addresses'], ['-v', '--verbose'],
  ['-j', '--json'], ['-A', '--no-aggr'], ['-x', '--field-separator'],
];

type ValueOf<K extends OptionName> = (typeof options)[K]['type'] extends BooleanConstructor
  ? boolean
  : (typeof options)[K]['type'] extends StringConstructor ? string : string[];

export type Flags = { readonly [K in OptionName]?: ValueOf<K> };

/**
 * Parses a command's words: its flags up to the first word that is no flag, then FILE and what follows untouched.
 * Errors: UsageError for an unknown flag or a missing value.
 */
export function parse(words: readonly string[], names: readonly OptionName[]): { flags: Flags; rest: string[] } {
  const spec: Record<string, unknown> = {};
  for (const name of names) {
    spec[name] = options[name].type;
    for (const [s, long] of short) if (long === name) spec[s] = name;
  }
  try {
    const { _: rest, ...flags } = arg(spec as arg.Spec, { argv: apart(words, names), stopAtPositional: true });
    return { flags: flags as Flags, rest };
  } catch (e) {
    if (e instanceof arg.ArgError) throw new UsageError(e.message.replace(/^unknown or unexpected option: /, 'unknown flag '));
    throw e;
  }
}

/** `-x,` is `-x ,`: a letter's value may follow at once. Words after the flags stay as they are. */
function apart(words: readonly string[], names: readonly OptionName[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith('-') || word === '--') return [...result, ...words.slice(i)];
    const name = names.find((n) => n === word || short.some(([s, long]) => long === n && word.startsWith(s)));
    const takes = name !== undefined && options[name].type !== Boolean;
    if (takes && !word.startsWith('--') && word.length > 2) result.push(word.slice(0, 2), word.slice(2));
    else {
      result.push(word);
      if (takes && i + 1 < words.length) result.push(words[++i]!);
    }
  }
  return result;
}

/** A flag's whole number within [min, max], or `fallback` when it is absent. */
export function count(flags: Flags, name: OptionName, min: number, max: number, fallback: number): number {
  const text = flags[name];
  if (text === undefined) return fallback;
  const n = Number(text);
  if (!/^\d+$/.test(String(text)) || n < min || n > max) throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not ${String(text)}`);
  return n;
}

/** A flag's number of cores, or `fallback` when it is absent. */
export function coresOf(flags: Flags, name: OptionName, fallback: number): number {
  const text = flags[name];
  if (text === undefined) return fallback;
  if (!/^\d+(\.\d+)?$/.test(String(text))) throw new UsageError(`${name} takes a number of cores such as 2 or 1.5, not ${String(text)}`);
  return Number(text);
}

/** A flag that takes one of a few words. */
export function choice<T extends string>(flags: Flags, name: OptionName, words: readonly T[], fallback: T): T {
  const text = flags[name];
  if (text === undefined) return fallback;
  if (!(words as readonly string[]).includes(String(text))) throw new UsageError(`${name} takes ${words.join(' or ')}, not ${String(text)}`);
  return text as unknown as T;
}

/** A size in bytes: a number with K, M or G (powers of 1024). */
export function size(flags: Flags, name: OptionName, fallback: number): number {
  const text = flags[name];
  if (text === undefined) return fallback;
  const n = bytes(text);
  if (n === undefined) throw new UsageError(`${name} takes a size such as 512M or 2G, not ${String(text)}`);
  return n;
}

/** The lines of `rt0 help COMMAND` about its flags. */
export function describe(names: readonly OptionName[]): string {
  const rows = names.map((name) => {
    const o: Option = options[name];
    const s = short.find(([, long]) => long === name);
    return [`${s ? `${s[0]}, ` : ''}${name}${o.value ? ` ${o.value}` : ''}`, o.help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`).join('\n');
}
