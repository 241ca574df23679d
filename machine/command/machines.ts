/** `rt0 machines [-v] [NAME...]`: the machines that --machine knows by name. */
import type { ArmProfile } from '../../isa/arm64/profile.js';
import type { CpuProfile } from '../../isa/x86/cpuid.js';
import { formatHz, makeConfig, type Config } from '../config.js';
import { presetOf, presets, type Preset } from '../presets.js';
import type { Command } from './command.js';
import { InputError, parse } from './options.js';

export const machinesCommand: Command = {
  name: 'machines',
  usage: 'rt0 machines [-v] [NAME...]',
  summary: 'list the machines that --machine knows by name',
  text: ['Prints a line for each machine, or for those named; with -v all that it is made of, as JSON, and what its processor says of itself: the frequency of the counter, and EAX, EBX, ECX and EDX of CPUID\'s leaves about caches and time. A file for --machine has keys of its own, which', 'README.md shows.'].join('\n'),
  options: ['--verbose'],
  async run(words) {
    const { flags, rest } = parse(words, ['--verbose']);
    const chosen = rest.length === 0 ? presets : rest.map(named);
    for (const p of chosen) process.stdout.write(flags['--verbose'] ? `${JSON.stringify({ name: p.name, ...makeConfig(p.settings), ...(await told(makeConfig(p.settings))) }, undefined, 2)}\n` : line(p));
    return 0;
  },
};

function named(name: string): Preset {
  const found = presetOf(name);
  if (!found) throw new InputError(`no machine ${name}; there is ${presets.map((p) => p.name).join(', ')}`);
  return found;
}

/** What programs find out about the machine: the frequency of its counter, and what its processor says of caches. */
async function told(config: Config): Promise<{ counterHz: number; cpuid?: Record<string, string[]>; registers?: Record<string, string> }> {
  const { isaOf } = await import('../isa.js');
  const { profile } = isaOf(config);
  if (config.arch === 'arm64') {
    const { ctr } = await import('../../isa/arm64/profile.js');
    const { counterHz: hz, midr } = profile as ArmProfile;
    return { counterHz: hz, registers: { MIDR_EL1: `0x${midr.toString(16)}`, CTR_EL0: `0x${ctr.toString(16)}` } };
  }
  const { cpuid } = await import('../../isa/x86/cpuid.js');
  const cpu = profile as CpuProfile;
  const leaf = (number: number, sub: number): string[] => Object.values<number>({ ...cpuid(cpu, number, sub, 0) }).map((word) => `0x${word.toString(16)}`);
  const leaves: [string, string[]][] = [...cpu.caches.map((_, sub): [string, string[]] => [`4.${sub}`, leaf(4, sub)]), ['15', leaf(0x15, 0)], ['16', leaf(0x16, 0)], ['80000006', leaf(0x80000006, 0)]];
  return { counterHz: cpu.clockHz, cpuid: Object.fromEntries(leaves) };
}

function line({ name, summary, settings }: Preset): string {
  const { arch, cores, clockHz } = makeConfig(settings);
  return `${name.padEnd(12)} ${arch} ${String(cores).padStart(3)} x ${formatHz(clockHz).padEnd(8)} ${summary}\n`;
}
