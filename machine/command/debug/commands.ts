/** The debugger's commands: names by gdb and by delve, help, and what they do. */
import { nearest } from '../../debug/expr/error.js';
import { InputError } from '../options.js';
import { control } from './control.js';
import type { DebugCommand } from './debugger.js';
import { looking } from './looking.js';
import { machineViews } from './machineViews.js';
import { points } from './points.js';
import { counting } from './stat.js';
import { reasons } from './why.js';

export const commands: readonly DebugCommand[] = [
  ...control,
  ...points,
  ...reasons,
  ...looking,
  ...machineViews,
  ...counting,
  { names: ['source'], takes: 'file', args: 'FILE', help: 'execute the commands in FILE', run: (d, args) => d.source(args) },
  { names: ['quit', 'q', 'exit'], args: '', help: 'end the debugger', run: (d) => void (d.quit = true) },
  {
    names: ['help', 'h'], args: '[COMMAND]', help: 'what commands there are, or about one',
    run(d, args) {
      const found = args === '' ? commands : [commandNamed(args)];
      for (const c of found) d.out(`${`${c.names.join(', ')} ${c.args}`.padEnd(44)} ${c.help}\n`);
      if (args === '') d.out('\nAn empty line repeats the last command. rev COMMAND is reverse-COMMAND. A PLACE is FUNCTION, FILE:LINE, LINE or *ADDRESS.\n');
    },
  },
];

/** The command of a name or of the beginning of one. Errors: InputError, with the name that is nearest. */
export function commandNamed(name: string): DebugCommand {
  const exact = commands.find((c) => c.names.includes(name));
  if (exact) return exact;
  const begun = commands.filter((c) => c.names[0]!.startsWith(name));
  if (begun.length === 1) return begun[0]!;
  if (begun.length > 1) throw new InputError(`${name} may be ${begun.map((c) => c.names[0]).join(', ')}`);
  const near = nearest(name, commands.flatMap((c) => c.names).filter((n) => n.length > 2)); // abbreviations are near to anything
  throw new InputError(`no command ${name}${near === undefined ? '' : `; did you mean ${near}?`} help lists them`);
}
