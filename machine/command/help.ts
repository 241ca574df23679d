/** `rt0 help [COMMAND]`. */
import type { Command } from './command.js';
import { describe, parse, UsageError } from './options.js';

export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    usage: 'rt0 help [COMMAND]',
    summary: 'explain a command',
    text: 'Without COMMAND: lists the commands.',
    options: [],
    async run(words) {
      const { rest } = parse(words, []);
      process.stdout.write(rest.length === 0 ? overview(commands()) : explain(commands(), rest[0]!));
      return 0;
    },
  };
}

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((c) => c.name.length));
  const lines = commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`);
  return `rt0: a cycle-level machine for Go programs\n\nusage: rt0 COMMAND [flags] [FILE [arguments]]\n\n${lines.join('\n')}\n\n"rt0 help COMMAND" explains one of them.\n`;
}

function explain(commands: readonly Command[], name: string): string {
  const c = commands.find((x) => x.name === name);
  if (!c) throw new UsageError(`no command ${name}; "rt0 help" lists them`);
  const flags = c.options.length > 0 ? `\nflags:\n${describe(c.options)}\n` : '';
  return `usage: ${c.usage}\n\n${c.text}\n${flags}`;
}
