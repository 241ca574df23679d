/** `rt0 gdbserver [HOST:]PORT FILE [args...]`: a program for gdb and other debuggers that speak its remote protocol. */
import type { Command } from './command.js';
import { debugOptions } from './debug.js';
import { parse, UsageError } from './options.js';

export const gdbserverCommand: Command = {
  name: 'gdbserver',
  usage: 'rt0 gdbserver [flags] [HOST:]PORT FILE [arguments]',
  summary: 'let gdb debug a program, forwards and backwards',
  text: [
    'Loads FILE as "rt0 run" does and waits on PORT (0: any; of this computer alone unless HOST says otherwise) for gdb: target remote :PORT. gdb\'s reverse',
    'commands work. Memory and registers can be looked at, not written. It ends when gdb kills the program; after detach or a lost connection it waits for the next.',
  ].join('\n'),
  options: debugOptions,
  async run(words) {
    const { flags, rest } = parse(words, debugOptions);
    const [where, ...program] = rest;
    const m = /^(?:(.*):)?(\d{1,5})$/.exec(where ?? '');
    if (!m || Number(m[2]) > 65535) throw new UsageError(`gdbserver takes [HOST:]PORT, not ${where ?? 'nothing'}`);
    return (await import('./debug/serve.js')).serve(flags, m[1] || '127.0.0.1', Number(m[2]), program);
  },
};
