/** `rt0 latencies [GOBINARY]`: what memory, cores and kernel of a machine take, beside what hardware is published to take. In the manner of lmbench. */
import { readElf, EM } from '../../isa/abi/elf.js';
import { formatHz } from '../config.js';
import type { Command } from './command.js';
import type { Figure } from './latency/figures.js';
import type { Measured } from './latency/measures.js';
import { readInput } from './file.js';
import { InputError, parse, size, UsageError, type OptionName } from './options.js';
import { machineConfig } from './run.js';

const names: readonly OptionName[] = ['--machine', '--timing', '--cache', '--footprint', '--json'];

export const latenciesCommand: Command = {
  name: 'latencies',
  usage: 'rt0 latencies [flags] [GOBINARY]',
  summary: 'measure what a machine\'s memory, core and kernel take',
  text: [
    'Runs small programs on the machine, and prints what a load takes by how much memory is touched, what translations, locked accesses, mispredictions,',
    'lines of other cores, system calls, page faults and thread switches take, beside published figures of hardware and the range that is right.',
    'With GOBINARY, programs/latencies/latencies.go built by go, also what goroutines take. The machine is skylake unless --machine names another.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words, names);
    if (rest.length > 1) throw new UsageError('latencies: one GOBINARY at most');
    const image = rest[0] === undefined ? undefined : readInput(rest[0]);
    const arm = image !== undefined && image[0] === 0x7f && readElf(image).machine === EM.AARCH64;
    const name = flags['--machine'] ?? (arm ? 'neoverse-n1' : 'skylake');
    const config = machineConfig({ ...flags, '--machine': name }, [], undefined, true);
    if (config.caches === null) throw new UsageError(`latencies: ${name} has no caches`);
    if (image && (config.arch === 'arm64') !== arm) throw new InputError(`${rest[0]} is not for ${config.arch}`);
    const most = size(flags, '--footprint', 64 * 2 ** 20);
    if (most < 4096) throw new UsageError('latencies: --footprint takes 4K or more');
    const machine: Measured = { ...config, caches: config.caches };
    const { chase, goRun, translation } = await import('./latency/measures.js');
    const { footprints, goFigures, isOutside, kernelFigures, machineFigures, pageCounts } = await import('./latency/figures.js');
    const json = flags['--json'] === true;
    const out = (text: string): void => void process.stdout.write(text);
    if (!json) out(`${name}: ${config.arch}, ${config.cores} cores at ${formatHz(config.clockHz)}, timing ${config.timing}\n\nA load that waits for the last one, cycles:\n${'memory'.padStart(10)}${'2 MiB pages'.padStart(13)}${'4 KiB pages'.padStart(13)}\n`);
    for (const bytes of footprints(most)) {
      const [huge, small] = [chase(machine, bytes, 'huge'), chase(machine, bytes, 'small')];
      out(json ? object({ chase: bytes, huge, small }) : `${`${bytes < 2 ** 20 ? `${bytes / 1024} K` : `${bytes / 2 ** 20} M`}iB`.padStart(10)}${huge.toFixed(1).padStart(13)}${small.toFixed(1).padStart(13)}\n`);
    }
    if (!json) out(`\nWhat its translation adds, cycles, by pages in turn:\n${'pages'.padStart(10)}${'2 MiB pages'.padStart(13)}${'4 KiB pages'.padStart(13)}\n`);
    for (const count of pageCounts.small) {
      const huge = pageCounts.huge.includes(count) ? translation(machine, count, 'huge') : undefined;
      const small = translation(machine, count, 'small');
      out(json ? object({ pages: count, huge, small }) : `${String(count).padStart(10)}${(huge?.toFixed(1) ?? '').padStart(13)}${small.toFixed(1).padStart(13)}\n`);
    }
    if (!json) out(`\n${''.padEnd(42)}${'here'.padStart(10)}${'hardware'.padStart(10)}${'range'.padStart(16)}\n`);
    for (const figures of [() => machineFigures(machine), () => kernelFigures(machine), () => (image ? goFigures(goRun(machine, image), machine) : [])]) {
      for (const f of figures()) out(json ? object(f) : line(f, isOutside(f)));
    }
    return 0;
  },
};

const object = (o: object): string => `${JSON.stringify(o)}\n`;

function line(figure: Figure, outside: boolean): string {
  const { name, unit, here, hardware, range } = figure;
  const number = (n: number | undefined): string => (n === undefined ? '-' : n >= 100 || unit === 'pages' ? n.toFixed(0) : String(Number(n.toFixed(1))));
  const text = `${`${name}, ${unit}`.padEnd(42)}${number(here).padStart(10)}${number(hardware).padStart(10)}${(range ? `${number(range[0])} to ${number(range[1])}` : '').padStart(16)}${outside ? '  outside' : ''}`;
  return `${text.trimEnd()}\n`;
}
