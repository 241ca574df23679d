/**
 * Machine descriptions: the JSON that `--machine` reads, one object whose keys are in the user's spelling.
 *
 *     { "cores": 8, "clock": "2.4GHz", "memory": "2G", "cpu": "v2", "timing": "interval", "grain": "insn" }
 *
 * A description says only what differs from the defaults. `shape` is the list of keys; a part of the machine that has
 * settings of its own gets a section, an object under the part's name, which is a shape within the shape.
 * Every mistake is reported, each with its key and the reason.
 */
import { stepNames, type StepName } from './steps.js';
import { amendMemory } from './memory/check.js';
import { memoryNames, memoryOf, type MemoryDescription } from './memory/description.js';
import { ConfigError, cpuLevels, hugePolicies, predictors, problems, timings, uarchNames, type Config } from './config.js';
import { settingProblems, type SchedSettings } from './sched.js';

/** Takes a key's value over, or says what it should have been. */
type Take = (value: unknown, into: Settings) => string | undefined;
interface Shape {
  readonly [key: string]: Take | Shape;
}
type Settings = { -readonly [K in keyof Config]?: Config[K] };

const shape: Shape = {
  arch: word('arch', ['amd64', 'arm64']),
  cores: whole('cores'),
  cpu: word('cpu', Object.values(cpuLevels).flat()),
  timing: word('timing', timings),
  uarch: word('uarch', [...new Set(Object.values(uarchNames).flat())]),
  caches: (value, into) => caches(value, into),
  predictor: { kind: word('predictor', predictors), counterBits: whole('counterBits'), historyBits: whole('historyBits') },
  clock: (value, into) => taken(frequency(value), (hz) => (into.clockHz = hz), 'a frequency such as "3GHz", or a number of hertz'),
  memory: (value, into) => taken(bytes(value), (n) => (into.memoryBytes = n), 'a size such as "512M" or "2G", or a number of bytes'),
  seed: whole('seed'),
  grain: word('grain', ['block', 'insn']),
  quantum: whole('quantumCycles'),
  kernel: { hugePages: word('hugePages', hugePolicies), costs: Object.fromEntries(stepNames.map((name) => [name, step(name)])) },
  epoch: (value, into) => taken(Number.isSafeInteger(value) ? Number(value) : undefined, (s) => (into.epochNanos = `${s}000000000`), 'whole seconds since 1970'),
  sched: (value, into) => taken(value, (settings) => (into.sched = settings as SchedSettings), 'an object'), // what is in it is checked with all settings
  cgroup: {
    cpus: (value, into) => taken(typeof value === 'number' ? value : undefined, (n) => (into.cpuQuota = n), 'a number of cores'),
    version: (value, into) => taken<1 | 2>(value === 1 || value === 2 ? value : undefined, (v: 1 | 2) => (into.cgroup = v), '1 or 2'),
  },
};

/**
 * The settings that the text of the file `name` gives. Errors: ConfigError with a line for every mistake.
 */
export function readDescription(text: string, name: string): Partial<Config> {
  const value = parsed(text, name);
  const settings: Settings = {};
  const mistakes = read(value, shape, '', settings);
  // of a value that was refused the default stands, so that the others' ranges are still checked
  mistakes.push(...problems(settings));
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((m) => `${name}: ${m}`).join('\n'));
  return settings;
}

/**
 * Settings of the scheduler from the text of the file `name`: an object of Linux's names. Errors: ConfigError with a line for every mistake.
 */
export const readSched = (text: string, name: string): SchedSettings => checkedSched(parsed(text, name), name);

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (e) {
    throw new ConfigError(`${name}: not JSON: ${(e as Error).message}`);
  }
}

/** The settings if nothing is wrong with them. */
export function checkedSched(value: unknown, name: string): SchedSettings {
  const mistakes = settingProblems(value);
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((m) => `${name}: ${m}`).join('\n'));
  return value as SchedSettings;
}

/** Reads one object of keys. Returns its mistakes; `path` is what stands before its keys in them. */
function read(value: unknown, shape: Shape, path: string, into: Settings): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path === '' ? '' : `${path}: `}not an object but ${show(value)}`];
  return Object.entries(value).flatMap(([key, v]) => {
    const name = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(shape, key)) return [`unknown key ${name}; there is ${Object.keys(shape).join(', ')}`];
    const take = shape[key]!;
    if (typeof take !== 'function') return read(v, take, name, into);
    const wanted = take(v, into);
    return wanted === undefined ? [] : [`${name} ${show(v)}: not ${wanted}`];
  });
}

/** The name of a hierarchy, "flat", or an object that says in what it differs from the one named by its key `like`. */
function caches(value: unknown, into: Settings): string | undefined {
  const named = (name: unknown): MemoryDescription | undefined => (typeof name === 'string' ? memoryOf(name) : undefined);
  const names = memoryNames.map((name) => `"${name}"`).join(', ');
  if (value === 'flat') into.caches = null;
  else if (typeof value === 'string') {
    const found = named(value);
    if (!found) return `"flat" or one of ${names}`;
    into.caches = found;
  } else {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `"flat", one of ${names}, or an object with the key "like"`;
    const { like, ...changes } = value as Record<string, unknown>;
    const base = named(like);
    if (!base) return `an object whose "like" is one of ${names}`;
    const { description, problems } = amendMemory(base, changes);
    if (problems.length > 0) return `right: ${problems.join('; ')}`;
    into.caches = description;
  }
  return undefined;
}

const show = (value: unknown): string => JSON.stringify(value);

function taken<T>(value: T | undefined, set: (value: T) => void, wanted: string): string | undefined {
  if (value === undefined) return wanted;
  set(value);
  return undefined;
}

/** What a step of the kernel costs. */
function step(name: StepName): Take {
  return (value, into) => taken(Number.isSafeInteger(value) ? Number(value) : undefined, (n) => (into.kernelCosts = { ...into.kernelCosts, [name]: n }), 'a whole number of cycles');
}

/** Fields of any number. */
type NumberField = { [K in keyof Config]: number extends Config[K] ? K : never }[keyof Config];

function whole(field: NumberField): Take {
  return (value, into) => taken(Number.isSafeInteger(value) ? Number(value) : undefined, (n) => (into[field] = n), 'a whole number');
}

function word<K extends 'hugePages' | 'arch' | 'cpu' | 'grain' | 'predictor' | 'timing' | 'uarch'>(field: K, words: readonly Config[K][]): Take {
  const list = words.map((w) => `"${w}"`).join(' or ');
  return (value, into) => taken(words.find((w) => w === value), (w) => ((into as Pick<Settings, K>)[field] = w as Settings[K]), list);
}

const perUnit: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** "2.4GHz", "200 kHz", or a number of hertz. */
function frequency(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const m = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?([kmg]?)hz$/i.exec(value) : null;
  return m ? Math.round(Number(m[1]) * perUnit[m[2]!.toLowerCase()]!) : undefined;
}

/** "512M", or a number of bytes. Powers of 1024. */
export function bytes(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const m = typeof value === 'string' ? /^(\d+)([KMG]?)$/i.exec(value) : null;
  return m ? Number(m[1]) * 1024 ** ['', 'K', 'M', 'G'].indexOf(m[2]!.toUpperCase()) : undefined;
}
