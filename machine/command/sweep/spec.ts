/**
 * The file that `rt0 sweep` reads: a program, a machine, what varies, what is measured.
 *
 *     {
 *       "file": "counters_amd64.s",
 *       "machine": "skylake",
 *       "vary": { "args": [["adjacent"], ["padded"]], "cores": [1, 2, 4, 8], "caches.lineBytes": [32, 64, 128] },
 *       "measure": ["elapsed-cycles", "hitm", { "name": "ns", "output": "([0-9.]+) ns" }],
 *       "plot": { "x": "cores", "y": "elapsed-cycles", "series": "args" }
 *     }
 *
 * Keys of `vary` are those of a machine's description, a section's with dots, or `file`, `args`, `env.NAME` and `machine`. Paths are
 * relative to the file. Every mistake is reported, each with its key and the reason.
 */
import { InputError } from '../options.js';

/** A value that an axis takes. */
export type Value = string | number | boolean | readonly string[] | Readonly<Record<string, unknown>>;

/** What varies: the first axis slowest. */
export interface Axis {
  readonly key: string;
  readonly values: readonly Value[];
}

/** A figure of each cell: an event that `rt0 stat` counts, or what the first group of a pattern finds in the program's output. */
export interface Measure {
  readonly name: string;
  readonly output: RegExp | undefined;
}

export interface Plot {
  readonly x: string;
  readonly y: string;
  readonly series: string | undefined;
  readonly title: string | undefined;
  readonly scale: 'linear' | 'log';
}

export interface Spec {
  readonly file: string | undefined;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly machine: string | Readonly<Record<string, unknown>> | undefined;
  readonly axes: readonly Axis[];
  readonly measures: readonly Measure[];
  readonly plot: Plot;
}

type Plain = Readonly<Record<string, unknown>>;
const isObject = (v: unknown): v is Plain => typeof v === 'object' && v !== null && !Array.isArray(v);
const isWords = (v: unknown): v is readonly string[] => Array.isArray(v) && v.every((w) => typeof w === 'string');
const show = (v: unknown): string => JSON.stringify(v);

const keys = ['file', 'args', 'env', 'machine', 'vary', 'measure', 'plot'];
const plotKeys = ['x', 'y', 'series', 'title', 'scale'];
/** Axes whose values say by themselves what they are; the others are keys of a machine's description. */
const takes: Readonly<Record<string, readonly [(v: unknown) => boolean, string]>> = {
  file: [(v) => typeof v === 'string', 'a path'],
  args: [isWords, 'a list of words'],
  machine: [(v) => typeof v === 'string' || isObject(v), 'a name, a path or a description'],
};

/** Reads the text of the file `name`. Errors: InputError with a line for every mistake. */
export function readSpec(text: string, name: string): Spec {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (e) {
    throw new InputError(`${name}: not JSON: ${(e as Error).message}`);
  }
  const mistakes: string[] = [];
  if (!isObject(value)) throw new InputError(`${name}: not an object but ${show(value)}`);
  const wrong = (key: string, v: unknown, wanted: string): undefined => void mistakes.push(`${key} ${show(v)}: not ${wanted}`);
  const known = (of: Plain, list: readonly string[], path: string): void => {
    for (const key of Object.keys(of)) if (!list.includes(key)) mistakes.push(`unknown key ${path}${key}; there is ${list.join(', ')}`);
  };
  const words = (key: string, v: unknown): readonly string[] => (v === undefined ? [] : isWords(v) ? v : (wrong(key, v, 'a list of words'), []));
  known(value, keys, '');
  const { file, machine, vary, measure = ['elapsed-cycles', 'instructions'], plot = {} } = value;
  if (file !== undefined && typeof file !== 'string') wrong('file', file, 'a path');
  if (machine !== undefined && !takes['machine']![0](machine)) wrong('machine', machine, takes['machine']![1]);
  const args = words('args', value['args']);
  const env = words('env', value['env']);
  for (const word of env) if (!/^[^=]+=/.test(word)) wrong('env', word, 'of the form NAME=VALUE');
  const axes = isObject(vary) ? Object.entries(vary).flatMap(([key, values]) => readAxis(key, values, wrong)) : [];
  if (!isObject(vary)) wrong('vary', vary, 'an object of keys and lists of values');
  if (file === undefined && !axes.some((a) => a.key === 'file')) mistakes.push('key file is missing: which program?');
  const measures = Array.isArray(measure) ? measure.flatMap((m) => readMeasure(m, wrong)) : [];
  if (!Array.isArray(measure) || measure.length === 0) wrong('measure', measure, 'a list of events');
  if (isObject(plot)) known(plot, plotKeys, 'plot.');
  else wrong('plot', plot, 'an object');
  const drawn = readPlot(isObject(plot) ? plot : {}, axes, measures, wrong);
  if (mistakes.length > 0) throw new InputError(mistakes.map((m) => `${name}: ${m}`).join('\n'), true);
  return { file: file as string | undefined, args, env, machine: machine as Spec['machine'], axes, measures, plot: drawn };
}

type Wrong = (key: string, v: unknown, wanted: string) => undefined;

function readAxis(key: string, values: unknown, wrong: Wrong): Axis[] {
  const path = `vary.${key}`;
  if (!Array.isArray(values) || values.length === 0) return wrong(path, values, 'a list of values') ?? [];
  const fit = key.startsWith('env.') ? ([(v: unknown) => typeof v === 'string' || typeof v === 'number', 'a word or number'] as const) : takes[key];
  for (const v of values) if (fit && !fit[0](v)) wrong(path, v, fit[1]);
  if (new Set(values.map(show)).size < values.length) wrong(path, values, 'without repetitions');
  return [{ key, values: values as Value[] }];
}

function readMeasure(m: unknown, wrong: Wrong): Measure[] {
  if (typeof m === 'string') return [{ name: m, output: undefined }];
  if (!isObject(m) || typeof m['name'] !== 'string' || typeof m['output'] !== 'string' || Object.keys(m).length !== 2) return wrong('measure', m, 'an event, or {"name", "output"}') ?? [];
  try {
    return [{ name: m['name'], output: new RegExp(m['output'], 'm') }];
  } catch {
    return wrong('measure', m['output'], 'a regular expression') ?? [];
  }
}

/** What is not said: the first axis of numbers lies along the picture, the first measure is up, the first other axis makes lines. */
function readPlot(plot: Plain, axes: readonly Axis[], measures: readonly Measure[], wrong: Wrong): Plot {
  const names = axes.map((a) => a.key);
  const x = plot['x'] ?? (axes.find((a) => a.values.length > 1 && a.values.every((v) => typeof v === 'number')) ?? axes[0])?.key ?? '';
  const y = plot['y'] ?? measures[0]?.name ?? '';
  const series = plot['series'] ?? axes.find((a) => a.key !== x && a.key !== 'seed' && a.values.length > 1)?.key;
  if (plot['x'] !== undefined && !names.includes(String(x))) wrong('plot.x', x, `one of ${names.join(', ')}`);
  if (plot['series'] !== undefined && !names.includes(String(series))) wrong('plot.series', series, `one of ${names.join(', ')}`);
  if (!measures.some((m) => m.name === y)) wrong('plot.y', y, `one of ${measures.map((m) => m.name).join(', ')}`);
  const scale = plot['scale'] ?? 'linear';
  if (scale !== 'linear' && scale !== 'log') wrong('plot.scale', scale, 'linear or log');
  if (plot['title'] !== undefined && typeof plot['title'] !== 'string') wrong('plot.title', plot['title'], 'a text');
  return { x: String(x), y: String(y), series: series as string | undefined, title: plot['title'] as string | undefined, scale: scale as Plot['scale'] };
}

/** A value as tables and pictures show it. */
export function labelOf(value: Value): string {
  return Array.isArray(value) ? value.join(' ') : typeof value === 'object' ? show(value) : String(value);
}
