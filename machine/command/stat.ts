/** `rt0 stat FILE [args...]`: runs a program, and tells what the machine's cores and caches counted. */
import type { Command } from './command.js';
import { writeOut } from './file.js';
import { runOptions, runProgram } from './run.js';
import type { OptionName } from './options.js';

const names: readonly OptionName[] = [...runOptions.filter((name) => name !== '--stats'), '--json', '--output'];

export const statCommand: Command = {
  name: 'stat',
  usage: 'rt0 stat [flags] FILE [arguments]',
  summary: 'run a program and show what cores and caches counted',
  text: [
    'Runs FILE as "rt0 run" does, then prints to standard error, or to the file that -o names, what the machine counted: a row an event, a column a core.',
    'Without --caches it has the caches of its microarchitecture; with --timing none it counts instructions only.',
  ].join('\n'),
  options: names,
  run: (words) => runProgram(words, names, {
    name: 'stat',
    usesCaches: true,
    async ended(machine, flags, path) {
      const { statJson, statText } = await import('./statReport.js');
      const text = flags['--json'] ? statJson(machine) : statText(machine, path);
      if (flags['--output'] === undefined) process.stderr.write(text);
      else writeOut(flags['--output'], text);
    },
  }),
};
