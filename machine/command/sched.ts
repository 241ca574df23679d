/** `rt0 sched KIND FILE [args...]`: runs a program, and tells how its threads were scheduled. */
import type { Command } from './command.js';
import { writeOut } from './file.js';
import { UsageError } from './options.js';
import { runOptions, runProgram } from './run.js';

const kinds = ['timehist', 'latency', 'map'] as const;

export const schedCommand: Command = {
  name: 'sched',
  usage: 'rt0 sched timehist|latency|map [flags] FILE [arguments]',
  summary: 'run a program and show how its threads were scheduled',
  text: [
    'Runs FILE as "rt0 run" does, then prints to standard error, or to the file that -o names, in the layout of perf sched:',
    'timehist: a line for each turn of a thread: how long it had waited, how long of that it was ready, how long it ran;',
    'latency: for each thread its run time, and how long it waited from being ready to running, on average and at most;',
    'map: a line for each switch, with what every core runs.',
  ].join('\n'),
  options: [...runOptions, '--output'],
  async run([kind, ...words]) {
    const known = kinds.find((k) => k === kind);
    if (known === undefined) throw new UsageError(`sched takes ${kinds.join(' or ')}${kind === undefined ? '' : `, not ${kind}`}`);
    return runProgram(words, this.options, {
      name: 'sched',
      usesCaches: false,
      listens: true,
      ended({ model, machine, flags, events }) {
        const text = model.schedReports[known](events, machine.config.cores);
        if (flags['--output'] === undefined) process.stderr.write(text);
        else writeOut(flags['--output'], text);
      },
    });
  },
};
