/** `rt0 sweep SPEC.json`: a program on a grid of machines, in worker processes, to a table, a file, a picture. */
import type { Command } from './command.js';
import { parse, UsageError, type OptionName } from './options.js';

const names: readonly OptionName[] = ['--jobs', '--results', '--fresh', '--json', '--output', '--plot', '--max-instructions'];

export const sweepCommand: Command = {
  name: 'sweep',
  usage: 'rt0 sweep [flags] SPEC.json',
  summary: 'run a program on a grid of machines',
  text: [
    'Runs the program that SPEC.json names on every combination of the machines, arguments and variables that it lists, and prints a table of what it',
    'measures; -o writes it to FILE, as CSV or JSON where the name ends so, and --plot draws it. Each run is a process of its own. Results are kept beside',
    'SPEC.json, so an interrupted sweep goes on where it was, and only what has changed runs again. README.md shows what the file may say.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words, names);
    const [path, ...more] = rest;
    if (path === undefined) throw new UsageError('sweep: which SPEC?');
    if (more.length > 0) throw new UsageError(`sweep takes one SPEC; what is ${more[0]}?`);
    return (await import('./sweep/runSweep.js')).sweep(flags, path);
  },
};

/** The word by which the program, started again by a sweep, knows that it is one of its workers. */
export const workerWord = 'sweep-cell';
export const sweepWorker = async (): Promise<number> => (await import('./sweep/cell.js')).worker();
