/** `rt0 core FILE@CYCLE -o CORE`: what a program is at a moment, as a core file. */
import type { Command } from './command.js';
import { writeOut } from './file.js';
import { InputError, parse, UsageError, type OptionName } from './options.js';
import { runOptions, start } from './run.js';

const names: readonly OptionName[] = [...runOptions.filter((name) => !['--record', '--replay', '--pace', '--stats', '--max-instructions', '--digest'].includes(name)), '--output'];

export const coreCommand: Command = {
  name: 'core',
  usage: 'rt0 core [flags] -o CORE FILE@CYCLE [arguments]',
  summary: 'write a core file of a program at a moment',
  text: ['Runs FILE as "rt0 run" does, with an empty standard input, up to CYCLE, and writes its memory and all its threads to CORE, which gdb (gdb FILE CORE) and delve (dlv core FILE', 'CORE) open. In the debugger, generate-core-file does the same at any moment.'].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words, names);
    const [where, ...args] = rest;
    const m = /^(.+)@(\d+)$/.exec(where ?? '');
    const cycle = Number(m?.[2]);
    if (!m || !Number.isSafeInteger(cycle)) throw new UsageError(`core takes FILE@CYCLE, not ${where ?? 'nothing'}`);
    const output = flags['--output'];
    if (output === undefined) throw new UsageError('core: -o CORE says where the core file goes');
    const { machine, host, image } = await start(flags, [m[1]!, ...args], { name: 'core', usesCaches: false, input: false });
    try {
      machine.idling = 'leap';
      const outcome = machine.run(cycle);
      const [{ DebugInfo }, { Look }, { coreFile }] = await Promise.all([import('../debug/info.js'), import('../debug/views/look.js'), import('../debug/core.js')]);
      const look = Look.of(machine, DebugInfo.of(image));
      if (!look) throw new InputError(`${m[1]}: it has ended by cycle ${machine.cycles}${outcome === 'stop' ? `: ${machine.stopMessage}` : ''}`);
      writeOut(output, coreFile(look, (look.tasks.find((t) => t.state === 'running') ?? look.tasks[0]!).tid));
      return 0;
    } finally {
      host.close();
    }
  },
};
