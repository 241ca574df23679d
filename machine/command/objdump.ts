/** `rt0 objdump FILE`: the code of an image as assembly text. */
import { ElfError } from '../../isa/abi/elf.js';
import { arches } from '../config.js';
import type { Command } from './command.js';
import { BrokenPipe } from './host.js';
import { print } from './print.js';
import { choice, InputError, parse, UsageError, type OptionName } from './options.js';

const names: readonly OptionName[] = ['--symbol', '--line', '--syntax', '--arch'];

export const objdumpCommand: Command = {
  name: 'objdump',
  usage: 'rt0 objdump [-s REGEXP] [-l] [--syntax go|gnu] [--arch ISA] FILE',
  summary: 'print the code of an image',
  text: [
    'Prints the machine code of FILE, an ELF image or an assembly source (.s), as text: in Go\'s syntax in the manner of',
    '"go tool objdump", or in the GNU assembler\'s in the manner of "objdump -d". With -l, files and lines come from DWARF, else from',
    'Go\'s function table, which stripped images have too.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words, names);
    const [path, more] = rest;
    if (path === undefined) throw new UsageError('objdump: which FILE?');
    if (more !== undefined) throw new UsageError(`objdump: one FILE, and flags before it; what is ${more}?`);
    const syntax = choice(flags, '--syntax', ['go', 'gnu'], 'go');
    const match = pattern(flags['--symbol']);
    const arch = flags['--arch'] === undefined ? undefined : choice(flags, '--arch', arches, 'amd64');
    const { disassemble } = await import('../debug/disasm.js');
    const { DebugError } = await import('../debug/cursor.js');
    const { loadImage } = await import('./image.js');
    try {
      print(disassemble(await loadImage(path, arch), { syntax, match, name: path, lines: flags['--line'] ?? false }));
    } catch (e) {
      if (e instanceof BrokenPipe) return 0; // as when `head` has seen enough
      if (e instanceof ElfError || e instanceof DebugError) throw new InputError(`${path}: ${e.message}`);
      throw e;
    }
    return 0;
  },
};

function pattern(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch (e) {
    throw new UsageError(`--symbol: ${(e as Error).message}`);
  }
}
