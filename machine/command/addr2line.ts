/** `rt0 addr2line`: file and line for addresses of code, in the manner of binutils. */
import { ElfError } from '../../isa/abi/elf.js';
import { arches } from '../config.js';
import type { Place } from '../debug/dwarf/lines.js';
import type { DebugInfo } from '../debug/info.js';
import type { Command } from './command.js';
import { BrokenPipe } from './host.js';
import { choice, InputError, parse, UsageError, type Flags, type OptionName } from './options.js';
import { print } from './print.js';

const names: readonly OptionName[] = ['--exe', '--functions', '--inlines', '--addresses', '--arch'];

export const addr2lineCommand: Command = {
  name: 'addr2line',
  usage: 'rt0 addr2line [-f] [-i] [-a] [--arch ISA] -e FILE [ADDRESS...]',
  summary: 'tell files and lines for addresses of code',
  text: [
    'Prints a line FILE:LINE for each ADDRESS, in hexadecimal, of the image or assembly source FILE; without any, for those on standard',
    'input, a line each. Lines come from DWARF, else from Go\'s function table, which stripped images have too; "??:0" is an address that',
    'neither knows, and "??" a function that none has.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words, names);
    const path = flags['--exe'];
    if (path === undefined) throw new UsageError('addr2line: which image? -e FILE');
    const arch = flags['--arch'] === undefined ? undefined : choice(flags, '--arch', arches, 'amd64');
    const asked = (rest.length > 0 ? rest : await inputWords()).map(address);
    const { DebugInfo } = await import('../debug/info.js');
    const { DebugError } = await import('../debug/cursor.js');
    const { loadImage } = await import('./image.js');
    try {
      print(answers(DebugInfo.of(await loadImage(path, arch)), asked, flags));
    } catch (e) {
      if (e instanceof BrokenPipe) return 0; // as when `head` has seen enough
      if (e instanceof ElfError || e instanceof DebugError) throw new InputError(`${path}: ${e.message}`);
      throw e;
    }
    return 0;
  },
};

function address(word: string): number {
  const value = /^(0[xX])?[0-9a-fA-F]{1,16}$/.test(word) ? parseInt(word.replace(/^0[xX]/, ''), 16) : NaN;
  if (Number.isNaN(value)) throw new UsageError(`addr2line: ${word} is no address in hexadecimal`);
  return value;
}

async function inputWords(): Promise<string[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces).toString().split(/\s+/).filter((word) => word !== '');
}

function* answers(info: DebugInfo, asked: readonly number[], flags: Flags): Generator<string> {
  for (const at of asked) {
    if (flags['--addresses']) yield `0x${at.toString(16).padStart(16, '0')}`;
    const frames = info.framesAt(at);
    const shown = frames.length === 0 ? [{ name: undefined, place: info.placeOf(at) }] : flags['--inlines'] ? frames : frames.slice(0, 1);
    for (const { name, place } of shown) {
      if (flags['--functions']) yield name ?? '??';
      yield text(place);
    }
  }
}

/** Code that a compiler made for no line has line 0 in DWARF. */
const text = (place: Place | undefined): string => (place === undefined ? '??:0' : `${place.file}:${place.line === 0 ? '?' : place.line}`);
