/** `rt0 throughput`: how many cycles blocks of machine code take, and why. */
import type { Command } from './command.js';
import { readInput } from './file.js';
import { Folders } from './folders.js';
import { BrokenPipe, NodeHost } from './host.js';
import { choice, InputError, parse, UsageError, type Flags, type OptionName } from './options.js';

const names: readonly OptionName[] = ['--uarch', '--arch', '--mode', '--unrolled', '--loop', '--pointers', '--explain'];

export const throughputCommand: Command = {
  name: 'throughput',
  usage: 'rt0 throughput [--uarch NAME] [--mode interval|window] [--unrolled|--loop] (FILE.csv | - | --explain HEX)',
  summary: 'predict the cycles of blocks of machine code',
  text: [
    'Reads lines whose first column is a block of machine code in hexadecimal and prints "hex,cycles_per_iteration" for each:',
    'what one copy takes when the block is repeated without end and all memory accesses hit the first cache. Lines that begin with',
    '"#" and a first line that begins with "hex" are left out; "-" is standard input. With --explain, tells what limits one block.',
  ].join('\n'),
  options: names,
  async run(words) {
    const { flags, rest } = parse(words, names);
    const hex = flags['--explain'];
    const [path, more] = rest;
    if (hex === undefined && path === undefined) throw new UsageError('throughput: which FILE? "-" is standard input');
    if (hex !== undefined && path !== undefined) throw new UsageError('throughput: either --explain HEX or a FILE');
    if (more !== undefined) throw new UsageError(`throughput: one FILE, and flags before it; what is ${more}?`);
    if (flags['--unrolled'] && flags['--loop']) throw new UsageError('throughput: --unrolled or --loop, not both');
    const ask = await question(flags);
    const { out, problems } = hex !== undefined ? explained(ask, hex) : predictions(ask, path!, await text(path!));
    write(out);
    if (problems.length > 0) throw new InputError(problems.join('\nrt0: '));
    return 0;
  },
};

interface Ask {
  /** Lines about a block. */
  explain(hex: string): string[];
  /** Cycles of an iteration, as text. */
  cycles(hex: string): string;
  /** An error that is the block's: what to say, or undefined. */
  reason(e: unknown): string | undefined;
}

async function question(flags: Flags): Promise<Ask> {
  const mode = choice(flags, '--mode', ['interval', 'window'], 'interval');
  const layout = flags['--loop'] ? 'loop' : 'unrolled';
  const pointers = choice(flags, '--pointers', ['equal', 'distinct'], 'equal');
  const { uarches, uarchOf } = await import('../uarch/lookup.js');
  const { bhiveStart, boundsOf, windowTicks } = await import('../uarch/throughput.js');
  const { cycle, NoPrice } = await import('../uarch/uarch.js');
  const { BlockError, readBlock } = await import('../uarch/hex.js');
  const { explain } = await import('../uarch/explain.js');
  const name = flags['--uarch'] ?? 'skylake';
  const uarch = uarchOf(name);
  if (!uarch) throw new InputError(`no microarchitecture ${name}; there is ${uarches.map((u) => u.name).join(', ')}`);
  const isa = uarch.isa === 'any' ? choice(flags, '--arch', ['amd64', 'arm64'], 'amd64') : choice(flags, '--arch', [uarch.isa], uarch.isa);
  const start = pointers === 'equal' ? bhiveStart : undefined;
  const ticks = (hex: string): number => {
    const insns = readBlock(isa, hex);
    return mode === 'window' ? windowTicks(uarch, insns, layout, start) : boundsOf(uarch, insns, layout, start).total;
  };
  return {
    explain: (hex) => explain(uarch, readBlock(isa, hex), { mode, layout, start }),
    cycles: (hex) => (ticks(hex) / cycle).toFixed(2),
    reason: (e) => (e instanceof BlockError || e instanceof NoPrice ? e.message : undefined),
  };
}

interface Answer {
  readonly out: string;
  /** A line each. */
  readonly problems: readonly string[];
}

function explained(ask: Ask, hex: string): Answer {
  try {
    return { out: ask.explain(hex).join('\n') + '\n', problems: [] };
  } catch (e) {
    const reason = ask.reason(e);
    if (reason === undefined) throw e;
    return { out: '', problems: [`--explain ${hex}: ${reason}`] };
  }
}

async function text(path: string): Promise<string> {
  if (path !== '-') return new TextDecoder().decode(readInput(path));
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces).toString();
}

/** A line for every block that can be priced, and a problem for every other. */
function predictions(ask: Ask, path: string, content: string): Answer {
  const out: string[] = [];
  const problems: string[] = [];
  content.split('\n').forEach((line, i) => {
    const hex = line.split(',')[0]!.trim();
    if (line.trim() === '' || line.startsWith('#') || (out.length + problems.length === 0 && /^hex\b/i.test(hex))) return;
    try {
      out.push(`${hex},${ask.cycles(hex)}\n`);
    } catch (e) {
      const reason = ask.reason(e);
      if (reason === undefined) throw e;
      problems.push(`${path === '-' ? 'standard input' : path}:${i + 1}: ${reason}`);
    }
  });
  return { out: out.join(''), problems };
}

function write(out: string): void {
  try {
    new NodeHost(new Folders([])).write(1, new TextEncoder().encode(out));
  } catch (e) {
    if (!(e instanceof BrokenPipe)) throw e; // as when `head` has seen enough
  }
}
