/** From the words of a command line to an exit status: finds the command and turns its errors into lines. */
import { addr2lineCommand } from './addr2line.js';
import { c2cCommand } from './c2c.js';
import type { Command } from './command.js';
import { coreCommand } from './core.js';
import { debugCommand } from './debug.js';
import { gdbserverCommand } from './gdbserver.js';
import { helpCommand, overview } from './help.js';
import { latenciesCommand } from './latencies.js';
import { machinesCommand } from './machines.js';
import { objdumpCommand } from './objdump.js';
import { InputError, UsageError } from './options.js';
import { replayCommand } from './replay.js';
import { runCommand } from './run.js';
import { schedCommand } from './sched.js';
import { statCommand } from './stat.js';
import { sweepCommand, sweepWorker, workerWord } from './sweep.js';
import { throughputCommand } from './throughput.js';
import { versionCommand } from './version.js';

const commands: readonly Command[] = [
  runCommand,
  statCommand,
  sweepCommand,
  debugCommand,
  gdbserverCommand,
  replayCommand,
  coreCommand,
  c2cCommand,
  machinesCommand,
  latenciesCommand,
  schedCommand,
  objdumpCommand,
  addr2lineCommand,
  throughputCommand,
  helpCommand(() => commands),
  versionCommand,
];

/** Other spellings of a command that people try. */
const spellings: Readonly<Record<string, string>> = { '-h': 'help', '--help': 'help', '--version': 'version' };

/** Runs the command that `words` ask for. Messages go to `complain`; the result is the exit status. */
export async function rt0(words: readonly string[], complain: (text: string) => void): Promise<number> {
  try {
    return await dispatch(words, complain);
  } catch (e) {
    if (!(e instanceof UsageError || e instanceof InputError)) throw e;
    complain(`${e instanceof InputError && e.complete ? '' : 'rt0: '}${e.message}\n`);
    return e instanceof UsageError ? 2 : 1;
  }
}

async function dispatch([name, ...rest]: readonly string[], complain: (text: string) => void): Promise<number> {
  if (name === undefined) {
    complain(overview(commands));
    return 2;
  }
  if (name === workerWord && process.send) return sweepWorker();
  const command = commands.find((c) => c.name === (spellings[name] ?? name));
  if (!command) throw new UsageError(`no command ${name}; "rt0 help" lists them`);
  if (rest[0] === '--help' || rest[0] === '-h') return rt0(['help', command.name], complain);
  return command.run(rest);
}
