/** `rt0 stat FILE [args...]`: runs a program, and tells what the machine's cores and caches counted. */
import type { Command } from './command.js';
import { writeOut } from './file.js';
import { profileOptions, runOptions, runProgram } from './run.js';
import { parse, UsageError, type Flags, type OptionName } from './options.js';

const names: readonly OptionName[] = [...runOptions.filter((name) => name !== '--stats'), ...profileOptions, '--event', '--no-aggr', '--field-separator', '--json', '--output'];

export const statCommand: Command = {
  name: 'stat',
  usage: 'rt0 stat [flags] FILE [arguments]',
  summary: 'run a program and show what cores and caches counted',
  text: [
    'Runs FILE as "rt0 run" does, then prints to standard error, or to the file that -o names, what the machine counted, as perf stat does.',
    'Without --caches it has the caches of its microarchitecture. What a timing mode does not know, or what needs caches, is <not counted>.',
    '"rt0 stat -e list" tells the events.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags } = parse(words, names);
    if (flags['--json'] && flags['--field-separator'] !== undefined) throw new UsageError('-j and -x exclude each other');
    const { statEvents } = await import('./statEvents.js');
    if (flags['--event']?.join() === 'list') {
      const width = Math.max(...statEvents.map((e) => e.name.length));
      process.stdout.write(statEvents.map((e) => `${`${e.name.padEnd(width)}  ${e.help}`.trimEnd()}\n`).join(''));
      return 0;
    }
    const events = chosen(flags, statEvents);
    return runProgram(words, names, {
      name: 'stat',
      usesCaches: true,
      counts: true,
      async ended({ machine, flags: { '--output': output, '--json': json, '--no-aggr': perCore = false, '--field-separator': separator }, path }) {
        const { statFields, statJson, statText } = await import('./statReport.js');
        const style = { perCore, events };
        const text = json ? statJson(machine, style) : separator !== undefined ? statFields(machine, separator.replaceAll('\\t', '\t'), style) : statText(machine, path, style);
        if (output === undefined) process.stderr.write(text);
        else writeOut(output, text);
      },
    });
  },
};

/** The events that -e asks for, in its order; without it all. */
function chosen<E extends { readonly name: string }>(flags: Flags, all: readonly E[]): readonly E[] {
  const words = (flags['--event'] ?? []).flatMap((list) => list.split(','));
  if (words.length === 0) return all;
  const unknown = words.filter((word) => !all.some((e) => e.name === word));
  if (unknown.length > 0) throw new UsageError(`-e: no event ${unknown.map((word) => `'${word}'`).join(', ')}; there is ${all.map((e) => e.name).join(', ')}`);
  return words.map((word) => all.find((e) => e.name === word)!);
}
