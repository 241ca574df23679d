/** `rt0 machines [-v] [NAME...]`: the machines that --machine knows by name. */
import { formatHz, makeConfig } from '../config.js';
import { presetOf, presets, type Preset } from '../presets.js';
import type { Command } from './command.js';
import { InputError, parse } from './options.js';

export const machinesCommand: Command = {
  name: 'machines',
  usage: 'rt0 machines [-v] [NAME...]',
  summary: 'list the machines that --machine knows by name',
  text: ['Prints a line for each machine, or for those named; with -v all that it is made of, as JSON. A file for --machine has keys of its own, which', 'README.md shows.'].join('\n'),
  options: ['--verbose'],
  async run(words) {
    const { flags, rest } = parse(words, ['--verbose']);
    const chosen = rest.length === 0 ? presets : rest.map(named);
    process.stdout.write(chosen.map((p) => (flags['--verbose'] ? `${JSON.stringify({ name: p.name, ...makeConfig(p.settings) }, undefined, 2)}\n` : line(p))).join(''));
    return 0;
  },
};

function named(name: string): Preset {
  const found = presetOf(name);
  if (!found) throw new InputError(`no machine ${name}; there is ${presets.map((p) => p.name).join(', ')}`);
  return found;
}

function line({ name, summary, settings }: Preset): string {
  const { arch, cores, clockHz } = makeConfig(settings);
  return `${name.padEnd(12)} ${arch} ${String(cores).padStart(3)} x ${formatHz(clockHz).padEnd(8)} ${summary}\n`;
}
