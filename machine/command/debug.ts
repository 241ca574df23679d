/** `rt0 debug FILE [args...]`: a program under a debugger that goes forwards and backwards. */
import type { Command } from './command.js';
import { parse, type OptionName } from './options.js';
import { runOptions } from './run.js';

/** What a run has that a debugger lets go on and back as it likes. */
export const debugOptions: readonly OptionName[] = [...runOptions.filter((name) => !['--pace', '--ftrace', '--stats', '--digest', '--max-instructions'].includes(name)), '--history-memory'];

const names: readonly OptionName[] = [...debugOptions, '--commands', '--ex', '--batch'];

/** gdb's spellings of flags. */
const spellings: Readonly<Record<string, string>> = { '-x': '--commands', '-ex': '--ex', '-batch': '--batch' };

export const debugCommand: Command = {
  name: 'debug',
  usage: 'rt0 debug [flags] FILE [arguments]',
  summary: 'step a program forwards and backwards',
  text: [
    'Loads FILE as "rt0 run" does and reads commands, those of gdb and of delve: break, watch, step, next, finish, continue, and each of them backwards; help lists',
    'them. The program\'s standard input is empty. Every moment has a number, that of the instructions that all cores have executed; goto N goes to it.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words.map((word, i) => (before(words, i) ? (spellings[word] ?? word) : word)), names);
    return (await import('./debug/repl.js')).debug(flags, rest);
  },
};

/** Whether a word may still be a flag: gdb's flags stand before FILE, as all do. */
const before = (words: readonly string[], i: number): boolean => words[i]!.startsWith('-') && words.slice(0, i).every((word, k) => word.startsWith('-') || (k > 0 && words[k - 1]!.startsWith('-')));
