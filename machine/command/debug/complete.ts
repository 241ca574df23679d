/** What the Tab key offers: names of commands, and what their arguments may be. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DebugError } from '../../debug/cursor.js';
import { commandNamed, commands } from './commands.js';
import type { DebugCommand, Debugger } from './debugger.js';
import { InputError } from '../options.js';

/** More than so many are no help. */
const most = 200;

/** For node:readline: what may stand where the last word of the line is, and that word. */
export function completions(d: Debugger, line: string): [string[], string] {
  const [, command, between, argument] = /^\s*([a-z][a-z-]*)?(\s*)(.*)$/i.exec(line)!;
  if (between === '' || command === undefined) {
    const word = line.trimStart();
    return [commands.flatMap((c) => c.names).filter((name) => name.startsWith(word)), word];
  }
  const takes = takenBy(command);
  const word = takes === 'file' ? argument! : /[^\s*&(]*$/.exec(argument!)![0];
  try {
    return [[...new Set(offered(d, takes, word))].slice(0, most), word];
  } catch (e) {
    if (e instanceof DebugError) return [[], word]; // what cannot be read is not offered
    throw e;
  }
}

function takenBy(name: string): DebugCommand['takes'] {
  if (/^(?:h|help|rev|reverse)$/.test(name)) return commands.map((c) => c.names[0]!);
  try {
    return commandNamed(name).takes;
  } catch (e) {
    if (e instanceof InputError) return undefined;
    throw e;
  }
}

function offered(d: Debugger, takes: DebugCommand['takes'], word: string): string[] {
  const { session } = d;
  const { info } = session;
  switch (takes) {
    case undefined: return [];
    case 'place': return info.functionsBeginning(word);
    case 'expression': {
      const locals = session.place ? info.localsAt(session.place.pc).flatMap(({ name }) => (name === undefined ? [] : [name.replace(/^&/, '')])) : [];
      return [...locals.filter((name) => name.startsWith(word)), ...info.variablesBeginning(word)];
    }
    case 'file': return filesBeginning(word);
    default: return takes.filter((name) => name.startsWith(word));
  }
}

function filesBeginning(word: string): string[] {
  const [folder, begun] = word.endsWith('/') ? [word, ''] : [dirname(word), basename(word)];
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((e) => e.name.startsWith(begun)).map((e) => `${word.includes('/') ? join(folder, e.name) : e.name}${e.isDirectory() ? '/' : ''}`);
  } catch {
    return []; // no such folder
  }
}
