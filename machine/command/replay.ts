/** `rt0 replay LOG [FILE]`: a recorded run once more. */
import type { Command } from './command.js';
import { parse, UsageError, type OptionName } from './options.js';
import { runParsed } from './run.js';

const names: readonly OptionName[] = ['--strace', '--stats', '--digest'];

export const replayCommand: Command = {
  name: 'replay',
  usage: 'rt0 replay [flags] LOG [FILE]',
  summary: 'repeat a recorded run',
  text: [
    'Repeats the run that "rt0 run --record LOG" or "rt0 debug --record LOG" wrote down, on this or another computer: machine, arguments and all input come from LOG, mounted folders',
    'are not touched, and the program (FILE, or as LOG names it) must be the same. It shows the output again and fails where the run is not the recorded one. "rt0 debug',
    '--replay LOG" steps through it.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words, names);
    const [log, ...file] = rest;
    if (log === undefined || file.length > 1) throw new UsageError(log === undefined ? 'replay: which LOG?' : `replay takes LOG and FILE, not ${file[1]}`);
    return runParsed({ ...flags, '--replay': log }, file);
  },
};
