/**
 * Why a block takes as long as it does, as text: each instruction with what it needs, the bounds, and the one that
 * decides. In the manner of llvm-mca's and uiCA's summaries; the words are ours.
 *
 * Which instructions stand on the chain of dependences is found by trial: one of them made a cycle slower slows the chain.
 */
import { printGnu as printA64 } from '../../isa/arm64/printGnu.js';
import type { Insn } from '../../isa/row.js';
import { printGnu as printX86 } from '../../isa/x86/printGnu.js';
import { changesLength } from './frontend.js';
import { boundsOf, chainTicks, repeatedWorks, windowTicks, type Bounds, type Layout } from './throughput.js';
import { cycle, Idiom, type Uarch } from './uarch.js';
import { Role, type Work } from './work.js';

export interface Question {
  readonly mode: 'interval' | 'window';
  readonly layout: Layout;
  /** What all registers and memory words hold; undefined: unknown and different. */
  readonly start: bigint | undefined;
}

const number = (ticks: number): string => (ticks / cycle).toFixed(2);

/** Lines about a block, without line ends. Throws NoPrice. */
export function explain(uarch: Uarch, insns: readonly Insn[], question: Question): string[] {
  const bounds = boundsOf(uarch, insns, question.layout, question.start);
  const works = repeatedWorks(uarch, insns);
  const total = question.mode === 'window' ? windowTicks(uarch, insns, question.layout, question.start) : bounds.total;
  const chain = uarch.inOrder || bounds.chain === 0 ? [] : onChain(uarch, works, bounds.chain, question.start);
  return [
    `${uarch.name}, ${question.mode} mode, ${question.layout}: ${number(total)} cycles per iteration`,
    '',
    ...instructions(uarch, works, chain),
    '',
    ...(uarch.inOrder ? [] : [...boundLines(uarch, bounds, question.layout), '']),
    `bottleneck: ${bottleneck(uarch, bounds, total, question, works, chain)}`,
  ];
}

function instructions(uarch: Uarch, works: readonly Work[], chain: readonly number[]): string[] {
  const rows = works.map((w, i) => [
    `${i + 1}${chain.includes(i) ? '*' : ''}`,
    w.fused ? '-' : String(w.slots),
    w.uops.map((u) => portsText(uarch, u.ports)).join(' ') || '-',
    latencyText(w),
    (uarch.isa === 'arm64' || w.insn.row.isa === 'arm64' ? printA64(w.insn) : printX86(w.insn)).replace(/\s+/g, ' '),
    notes(uarch, w, works[i + 1]).join(', '),
  ]);
  const head = ['#', 'slots', 'ports', 'latency', 'instruction', ''];
  const widths = head.map((h, c) => Math.max(h.length, ...rows.map((r) => r[c]!.length)));
  return [head, ...rows].map((r) => r.map((cell, c) => cell.padEnd(widths[c]!)).join('  ').trimEnd());
}

const portNames = ({ ports }: Uarch, mask: number): string => ports.names.filter((_, p) => mask & (1 << p)).join('');
const portsText = (uarch: Uarch, mask: number): string => `p${portNames(uarch, mask)}`;

function latencyText(w: Work): string {
  if (w.fused) return '-';
  const load = w.effects.loads.length > 0 ? 'load' : '';
  const own = w.idiom === Idiom.None || w.idiom === Idiom.Ones ? w.price.latency / cycle : 0;
  return [load, own > 0 || load === '' ? String(own) : ''].filter((t) => t !== '').join('+');
}

function notes(uarch: Uarch, w: Work, next: Work | undefined): string[] {
  const found: string[] = [];
  if (next?.fused) found.push('fused with the next');
  if (w.idiom === Idiom.Zero) found.push('zero idiom');
  if (w.idiom === Idiom.Ones) found.push('independent of its register');
  if (w.idiom === Idiom.Move) found.push('move eliminated');
  if (w.stackSync) found.push('after a stack pointer update');
  if (w.price.microcode > 0) found.push(`${w.price.microcode} micro-ops of microcode`);
  else if (uarch.frontEnd && (w.price.complex || w.decoded > 1)) found.push('first decoder only');
  if (uarch.frontEnd && uarch.frontEnd.lengthPrefixCycles > 0 && changesLength(w.insn)) found.push('length-changing prefix');
  if (w.price.occupancy > 0) found.push(`keeps its unit ${w.price.occupancy / cycle} cycles`);
  if (w.price.serial > 0) found.push(`alone for ${w.price.serial / cycle} cycles`);
  if (w.price.fallback) found.push(`priced as class ${w.insn.row.cls}`);
  return found;
}

function boundLines(uarch: Uarch, b: Bounds, layout: Layout): string[] {
  const lines: [string, number][] = [
    ['issue slots', b.issue],
    [`ports ${portNames(uarch, b.worstPorts)}`.trim(), b.ports],
    ['divider', b.divider],
    ['serialising', b.serial],
    ['predecoding', b.predecode],
    [layout === 'loop' ? 'micro-op cache' : 'decoders', b.decode],
    ['dependence chain', b.chain],
  ];
  return ['cycles per iteration that each needs by itself:', ...lines.filter(([, t]) => t > 0).map(([name, t]) => `  ${number(t).padStart(7)}  ${name}`)];
}

function bottleneck(uarch: Uarch, b: Bounds, total: number, question: Question, works: readonly Work[], chain: readonly number[]): string {
  if (uarch.inOrder) return 'none: every instruction takes its own time';
  const names: [string, number][] = [
    [chainText(works, chain), b.chain],
    [`ports: ${portUsers(uarch, b, works)}`, b.ports],
    ['the divider', b.divider],
    ['locked accesses or fences, which run alone', b.serial],
    [`front end: predecoding of ${uarch.frontEnd?.fetchBytes ?? 16}-byte blocks`, b.predecode],
    [question.layout === 'loop' ? 'front end: the micro-op cache' : 'front end: the decoders', b.decode],
    [`front end: ${uarch.figures.width} issue slots a cycle`, b.issue],
  ];
  const most = Math.max(...names.map(([, t]) => t));
  const found = names.filter(([, t]) => t === most).map(([name]) => name).join('; and ');
  return total > most * 1.05 ? `${found}; the rest of ${number(total)} cycles is scheduling: micro-ops wait for the ports that they were bound to` : found;
}

/** The port set that decides and who uses it. */
function portUsers(uarch: Uarch, b: Bounds, works: readonly Work[]): string {
  const users = works.flatMap((w, i) => (w.uops.some((u) => (u.ports & ~b.worstPorts) === 0) ? [i + 1] : []));
  const names = portNames(uarch, b.worstPorts);
  return `${names.length > 1 ? `all of ${names}` : names} used by instruction${users.length > 1 ? 's' : ''} ${users.join(', ')}`;
}

const chainText = (works: readonly Work[], chain: readonly number[]): string => {
  const stored = chain.some((i) => works[i]!.uops.some((u) => u.role === Role.Data));
  return `dependence chain through instruction${chain.length > 1 ? 's' : ''} ${chain.map((i) => i + 1).join(', ') || 'of the block'}${stored ? ' and memory' : ''}`;
};

/** Instructions on the longest chain. */
function onChain(uarch: Uarch, works: readonly Work[], ticks: number, start: bigint | undefined): number[] {
  return works.flatMap((w, i) => {
    if (w.idiom === Idiom.Zero || w.idiom === Idiom.Nop || w.fused) return [];
    const slower: Work = { ...w, price: { ...w.price, latency: w.price.latency + cycle, flagLatency: w.price.flagLatency + cycle, keptLatency: w.price.keptLatency + cycle } };
    const changed = works.map((x, k) => (k === i ? slower : x));
    return chainTicks(uarch, changed, start) > ticks + cycle / 4 ? [i] : [];
  });
}
