/**
 * Measures which kinds of micro-ops programs of one instruction set execute, and prints the lists of machine/exec/hotAmd64.ts or hotArm64.ts: a kind a line. First the
 * most frequent ones, which become arms; then those that a few programs execute at all, single instructions only.
 *
 *     node dist/tests/bench/hot.js [--top=N] [--programs=N] FILE...
 *
 * Every program weighs the same, its first 20 million cycles. It runs block by block (a limit of one tick), so each block's runs can be counted.
 * A pair is a flag-setting instruction and the conditional jump after it, as the last of a block.
 */
import { readFileSync } from 'node:fs';
import { EM, readElf } from '../../isa/abi/elf.js';
import type { Insn } from '../../isa/row.js';
import type { Form } from '../../machine/exec/kind.js';
import { MemoryHost } from '../../machine/host.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Machine } from '../../machine/machine.js';

/** A kind, or a pair of kinds, with an example. */
interface Entry {
  /** Equal for the same kind in different programs. */
  readonly id: string;
  readonly bytes: string;
  readonly dead: boolean;
  readonly name: string;
  /** Of a pair. */
  readonly parts: readonly Entry[];
  /** Sum over programs of its part of the micro-ops executed; parts of pairs do not count. */
  share: number;
  programs: number;
}

const text = (insn: Insn): string => [...insn.bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');

function single(insn: Insn, { kind }: Form): Entry {
  return { id: kind.key, bytes: text(insn), dead: kind.name.endsWith(' dead'), name: kind.name, parts: [], share: 0, programs: 0 };
}

/** The micro-ops of a block, its last two instructions as a pair where they can be one. */
function records(insns: readonly Insn[], forms: readonly Form[]): Entry[] {
  const out = insns.map((insn, k) => single(insn, forms[k]!));
  const [first, second] = out.slice(-2);
  const setter = forms[forms.length - 2];
  if (first && second && setter && setter.kind.flagsWritten !== 0 && /^(J(?!MP)|B\.)/.test(insns[insns.length - 1]!.row.form)) {
    out.splice(-2, 2, {
      id: `${first.id}; ${second.id}`, bytes: `${first.bytes} ${second.bytes}`, dead: false,
      name: `${first.name}; ${second.name}`, parts: [first, second], share: 0, programs: 0,
    });
  }
  return out.filter((e) => e.id !== '');
}

function measure(file: string, total: Map<string, Entry>): void {
  const image = readFileSync(file);
  const arch = readElf(image).machine === EM.AARCH64 ? 'arm64' : 'amd64';
  const machine = new Machine({ arch, memoryBytes: 256 * 2 ** 20 }, new MemoryHost(), (parts) => new Kernel(parts));
  machine.load(image, [file]);
  const { engine } = machine;
  const blocks = new Map<number, Entry[]>();
  const runs = new Map<number, number>();
  engine.code.builder.onBlock = (entry, insns, forms) => blocks.set(entry, records(insns, forms));
  const run = engine.run.bind(engine);
  engine.run = (core, until) => {
    const state = engine.state(core);
    for (;;) {
      const { pc } = state;
      runs.set(pc, (runs.get(pc) ?? 0) + 1);
      const stop = run(core, Math.min(until, state.ticks + 1));
      if (stop.reason !== 'Limit' || state.ticks >= until) return stop;
    }
  };
  machine.run(2e7);
  let sum = 0;
  for (const [pc, n] of runs) sum += n * (blocks.get(pc)?.length ?? 0);
  const seen = new Set<string>();
  const count = (e: Entry, share: number): void => {
    let known = total.get(e.id);
    if (!known) total.set(e.id, (known = { ...e, share: 0, programs: 0 }));
    known.share += share;
    if (!seen.has(e.id)) known.programs++;
    seen.add(e.id);
    e.parts.forEach((p) => count(p, 0));
  };
  for (const [pc, n] of runs) for (const e of blocks.get(pc) ?? []) count(e, n / sum);
}

const line = (e: Entry): string => `${e.bytes}${e.dead ? ' dead' : ''} ; ${((100 * e.share) / files.length).toFixed(2)} ${e.name}`;

const files = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const top = Number(process.argv.find((a) => a.startsWith('--top='))?.slice(6) ?? 240);
const few = Number(process.argv.find((a) => a.startsWith('--programs='))?.slice(11) ?? 3);
const total = new Map<string, Entry>();
for (const file of files) measure(file, total);
const all = [...total.values()];
const byShare = (a: Entry, b: Entry): number => b.share - a.share;
// pairs that are not frequent enough run as their parts
const pairs = all.sort(byShare).slice(0, top).filter((e) => e.parts.length > 0);
for (const e of all) if (e.parts.length > 0 && !pairs.includes(e)) for (const p of e.parts) total.get(p.id)!.share += e.share;
const hot = [...all.filter((e) => e.parts.length === 0), ...pairs].sort(byShare).slice(0, top);
hot.forEach((e) => console.log(line(e)));
console.log();
const warm = all.filter((e) => e.parts.length === 0 && !hot.includes(e) && e.programs >= few).sort(byShare);
warm.forEach((e) => console.log(line(e)));
const covered = hot.reduce((sum, e) => sum + e.share, 0) / files.length;
console.error(`${all.length} kinds; the first list covers ${(100 * covered).toFixed(2)} % of what is executed, the second has ${warm.length}`);
