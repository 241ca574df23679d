/** `rt0 debug` from its flags to its end: reads commands from the terminal, from files and from the command line. */
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { DebugError } from '../../debug/cursor.js';
import { ExprError } from '../../debug/expr/error.js';
import { StepError } from '../../debug/session/stepping.js';
import { readInput } from '../file.js';
import { InputError, UsageError, type Flags } from '../options.js';
import { commandNamed } from './commands.js';
import { completions } from './complete.js';
import type { Debugger } from './debugger.js';
import { openSession } from './open.js';
import { recordSession } from './record.js';
import { Sources, whereOf } from './show.js';
import { countsOf } from './stat.js';

const prompt = '(rt0) ';

/** Debugs the program that the words name. Returns the exit status. */
export async function debug(flags: Flags, rest: readonly string[]): Promise<number> {
  const started = await openSession(flags, rest, 'debug');
  const { session, host } = started;
  const d: Debugger = {
    session, sources: new Sources(), checkpoints: new Map(), listed: undefined, frame: 0, quit: false,
    counts: { last: countsOf(session.machine), before: [] },
    out: (text) => void process.stdout.write(text),
    source: (path) => sourced(d, path),
  };
  const interrupt = (): void => session.interrupt();
  process.on('SIGINT', interrupt);
  try {
    const failed = await scripted(d, flags);
    if (!flags['--batch'] && !d.quit) {
      d.out(whereOf(session, d.sources));
      await conversation(d, interrupt);
    }
    if (flags['--record'] !== undefined) await recordSession(started, flags['--record']);
    return failed ? 1 : 0;
  } finally {
    process.off('SIGINT', interrupt);
    host.close();
  }
}

/** The commands of --commands and --ex, in that order. True: one could not be executed; the ones behind it are not. */
async function scripted(d: Debugger, flags: Flags): Promise<boolean> {
  try {
    for (const path of flags['--commands'] ?? []) await sourced(d, path);
    for (const line of flags['--ex'] ?? []) if (!d.quit) await execute(d, line);
    return false;
  } catch (e) {
    process.stderr.write(`rt0: ${explained(e)}\n`);
    return true;
  }
}

async function sourced(d: Debugger, path: string): Promise<void> {
  if (path === '') throw new UsageError('source which FILE?');
  const lines = new TextDecoder().decode(readInput(path)).split('\n');
  for (const [i, line] of lines.entries()) {
    if (d.quit) return;
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    try {
      await execute(d, line);
    } catch (e) {
      throw new InputError(`${path}:${i + 1}: ${explained(e)}`);
    }
  }
}

/** One line. Errors: what the user can do something about is an InputError, UsageError, StepError or DebugError. */
async function execute(d: Debugger, line: string): Promise<void> {
  const m = /^\s*([a-z][a-z-]*)(?:\s*(\/\S+))?\s*(.*?)\s*$/i.exec(line);
  if (!m) throw new InputError(`no command: ${line.trim()}`);
  const [, word, format, args] = m;
  const turned = /^(?:rev|reverse)$/.exec(word!) ? /^(\S*)\s*(.*)$/.exec(args!)! : undefined;
  const command = commandNamed(turned ? `reverse-${commandNamed(turned[1]!).names[0]}` : word!);
  await command.run(d, turned ? turned[2]! : format === undefined ? args! : `${format} ${args!}`.trim());
}

/** An error as a line; what is a mistake of the model itself stays one. */
function explained(e: unknown): string {
  if (e instanceof InputError || e instanceof UsageError || e instanceof StepError || e instanceof DebugError || e instanceof ExprError) return e.message;
  throw e;
}

const historyFile = join(homedir(), '.rt0_history');
const historyLines = 1000;

/** Keeps what was typed, oldest first; where that cannot be written there is no history. */
function keepHistory(newestFirst: readonly string[]): void {
  try {
    writeFileSync(historyFile, `${[...newestFirst].reverse().join('\n')}\n`);
  } catch {
    // a home that cannot be written to
  }
}

/** Reads commands until the end of input. */
async function conversation(d: Debugger, interrupt: () => void): Promise<void> {
  const tty = process.stdin.isTTY === true;
  const lines: Interface = createInterface({
    input: process.stdin, output: tty ? process.stdout : undefined, terminal: tty, prompt, historySize: historyLines, removeHistoryDuplicates: true,
    history: tty && existsSync(historyFile) ? new TextDecoder().decode(readInput(historyFile)).split('\n').filter(Boolean).reverse() : [],
    completer: (line: string): [string[], string] => completions(d, line),
  });
  lines.on('SIGINT', interrupt);
  let typed: readonly string[] | undefined;
  if (tty) lines.on('history', (list: string[]) => void (typed = list));
  let last = '';
  if (tty) lines.prompt();
  for await (const line of lines) {
    const text = line.trim() === '' ? last : line;
    if (text !== '') {
      try {
        await execute(d, text);
      } catch (e) {
        process.stderr.write(`${explained(e)}\n`);
      }
      last = text;
    }
    if (d.quit) break;
    if (tty) lines.prompt();
  }
  lines.close();
  if (typed) keepHistory(typed);
}
