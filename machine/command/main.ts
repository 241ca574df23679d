#!/usr/bin/env node
/** The `rt0` program: finds the command, and turns its errors into a line and an exit status. */
import type { Command } from './command.js';
import { helpCommand, overview } from './help.js';
import { InputError, UsageError } from './options.js';
import { objdumpCommand } from './objdump.js';
import { runCommand } from './run.js';
import { versionCommand } from './version.js';

const commands: readonly Command[] = [
  helpCommand(() => commands),
  runCommand,
  objdumpCommand,
  versionCommand,
];

async function main(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    process.stderr.write(overview(commands));
    return 2;
  }
  const wanted = name === '-h' || name === '--help' ? 'help' : name === '--version' ? 'version' : name;
  const command = commands.find((c) => c.name === wanted);
  if (!command) throw new UsageError(`no command ${name}; "rt0 help" lists them`);
  if (rest[0] === '--help' || rest[0] === '-h') return commands[0]!.run([command.name]);
  return command.run(rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (e) {
  if (!(e instanceof UsageError || e instanceof InputError)) throw e;
  process.stderr.write(`${e instanceof InputError && e.complete ? '' : 'rt0: '}${e.message}\n`);
  process.exitCode = e instanceof UsageError ? 2 : 1;
}
