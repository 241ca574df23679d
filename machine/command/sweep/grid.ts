/** The cells of a sweep: every combination of the axes' values, as jobs that have been checked. */
import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { archOfCpu, ConfigError, makeConfig, type Arch, type Config } from '../../config.js';
import { readDescription } from '../../description.js';
import { amendMemory } from '../../memory/check.js';
import { memoryOf } from '../../memory/description.js';
import { merged } from '../../sched.js';
import { nested } from '../caches.js';
import { loadImage } from '../image.js';
import { InputError, UsageError } from '../options.js';
import { archOf, description } from '../run.js';
import type { Job } from './cell.js';
import { labelOf, type Spec, type Value } from './spec.js';

export interface Cell {
  /** The axes' values, by key. */
  readonly values: ReadonlyMap<string, Value>;
  readonly job: Job;
  /** Digest of the job and the program's bytes: what the result depends on. */
  readonly id: string;
}

/** A cell as people read it: `cores=2 args=padded`. */
export const nameOf = (values: ReadonlyMap<string, Value>): string => [...values].map(([key, v]) => `${key}=${labelOf(v)}`).join(' ');

/** All cells of `spec`, which stands in the file `path`. Errors: InputError with a line for every mistake of a cell. */
export async function gridOf(spec: Spec, path: string, maxInstructions: number): Promise<Cell[]> {
  const cells: Cell[] = [];
  const mistakes = new Set<string>();
  const images = new Map<string, Uint8Array>();
  for (const values of combinations(spec)) {
    try {
      cells.push(await cellOf(spec, path, values, images, maxInstructions));
    } catch (e) {
      if (!(e instanceof InputError || e instanceof UsageError || e instanceof ConfigError)) throw e;
      mistakes.add(`${path}: ${nameOf(values)}: ${e.message}`);
    }
  }
  if (mistakes.size > 0) throw new InputError([...mistakes].join('\n'), true);
  return cells;
}

function combinations(spec: Spec): Map<string, Value>[] {
  let all: (readonly (readonly [string, Value])[])[] = [[]];
  for (const { key, values } of spec.axes) all = all.flatMap((before) => values.map((v) => [...before, [key, v] as const]));
  return all.map((pairs) => new Map(pairs));
}

async function cellOf(spec: Spec, path: string, values: ReadonlyMap<string, Value>, images: Map<string, Uint8Array>, maxInstructions: number): Promise<Cell> {
  const name = (values.get('file') ?? spec.file) as string;
  const file = isAbsolute(name) ? name : join(dirname(path), name);
  const described = settingsOf((values.get('machine') as Spec['machine']) ?? spec.machine, dirname(path), values);
  const arch = described.arch ?? archOfCpu(described.cpu);
  let image = images.get(`${file} ${arch}`);
  if (!image) images.set(`${file} ${arch}`, (image = await loadImage(file, arch)));
  const env = [...values].flatMap(([key, v]) => (key.startsWith('env.') ? [`${key.slice(4)}=${labelOf(v)}`] : []));
  const names = new Set(env.map((word) => word.split('=')[0]));
  const job: Job = {
    config: withCaches(described, arch ?? archOf(image)),
    file,
    argv: [name, ...((values.get('args') as readonly string[] | undefined) ?? spec.args)], // the same wherever the sweep is started
    env: [...spec.env.filter((word) => !names.has(word.split('=')[0])), ...env],
    maxInstructions,
  };
  return { values, job, id: createHash('sha256').update(JSON.stringify({ ...job, file: '' })).update(image).digest('hex').slice(0, 24) };
}

/** As `rt0 stat` does: caches are modeled unless somebody says otherwise. */
function withCaches(described: Partial<Config>, arch: Arch): Config {
  const config = makeConfig({ ...described, arch });
  return described.caches !== undefined || config.timing === 'none' ? config : { ...config, caches: memoryOf(config.uarch)! };
}

/** What the machine's description and the axes say together. */
function settingsOf(machine: Spec['machine'], folder: string, values: ReadonlyMap<string, Value>): Partial<Config> {
  let described = machine === undefined ? {} : typeof machine === 'string' ? description(machine, resolve(folder, machine)) : readDescription(JSON.stringify(machine), 'machine');
  const changes: (readonly [string, Value])[] = [];
  for (const [key, value] of values) {
    if (key === 'file' || key === 'args' || key === 'machine' || key.startsWith('env.')) continue;
    if (key.startsWith('caches.')) changes.push([key.slice(7), value]);
    else {
      const more = readDescription(JSON.stringify(nested(key.split('.'), value)), key);
      described = { ...described, ...more, ...(more.sched && { sched: merged(described.sched ?? {}, more.sched) }) };
    }
  }
  if (changes.length === 0) return described;
  let caches = described.caches ?? memoryOf(described.uarch ?? (described.arch === 'arm64' ? 'neoverse_n1' : 'skylake'))!;
  for (const [key, value] of changes) {
    const { description, problems } = amendMemory(caches, nested(key.split('.'), value));
    if (problems.length > 0) throw new InputError(problems.map((p) => `caches.${p}`).join('; '));
    caches = description;
  }
  return { ...described, caches };
}
