/** `rt0 c2c FILE [args...]`: runs a program, and tells which lines its cores took from each other, who did, and what lies there. */
import type { Collector } from '../debug/c2c/collector.js';
import type { Command } from './command.js';
import { writeOut } from './file.js';
import type { OptionName } from './options.js';
import type { Machine } from '../machine.js';
import { runOptions, runProgram } from './run.js';

const names: readonly OptionName[] = [...runOptions.filter((name) => name !== '--stats'), '--json', '--output', '--try-padding'];

export const c2cCommand: Command = {
  name: 'c2c',
  usage: 'rt0 c2c [flags] FILE [arguments]',
  summary: 'run a program and show which cache lines its cores fought over',
  text: [
    'Runs FILE as "rt0 run" does, then prints to standard error, or to the file that -o names, the tables of perf c2c sorted by cost in cycles: the shared',
    'lines, and for each offset the instruction, thread, goroutine and field; whether bytes were shared or only the line; and which fields to pad.',
    'Without --caches it has the caches of its microarchitecture.',
  ].join('\n'),
  options: names,
  async run(words) {
    const debug = await import('./c2cModel.js');
    let collector: Collector | undefined;
    let again: (() => Machine) | undefined;
    return runProgram(words, names, {
      name: 'c2c',
      usesCaches: true,
      booted(machine, image, another) {
        again = another;
        collector = debug.collect(machine, image);
      },
      ended({ flags }) {
        const other = flags['--try-padding'] ? again : undefined;
        const text = flags['--json'] ? debug.jsonOf(collector!, other) : debug.textOf(collector!, other);
        if (flags['--output'] === undefined) process.stderr.write(text);
        else writeOut(flags['--output'], text);
      },
    });
  },
};
