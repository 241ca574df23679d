/**
 * What to do about lines that are shared falsely: which fields keep apart, and by how many bytes of padding. Fields that the same goroutines use may stay
 * together; the runtime's own variables are left alone, because nobody can pad them.
 */
import { isRuntime } from './callers.js';
import type { Place } from './place.js';
import { cyclesOf, type LineSummary, type Row, type Summary } from './summary.js';

/** Bytes of a variable or object that belong on a line of their own. */
export interface Words {
  readonly kind: 'global' | 'heap';
  /** Of a global its address, of an object its type and what made it. */
  readonly address: number;
  readonly owner: string;
  readonly madeAt: string;
  /** From the owner's first byte. */
  readonly offset: number;
  readonly bytes: number;
  /** The first of the fields there. */
  readonly name: string;
}

export interface Advice {
  readonly line: string;
  /** What false sharing of the line took. */
  readonly cycles: number;
  /** A line a change. */
  readonly changes: readonly string[];
  readonly words: readonly Words[];
}

/** Less of a line's cost, or of all, is left alone. */
const leastPart = 0.1;
const leastOfAll = 0.01;
/** A row with less of its line's cost says nothing of who uses a field. */
const leastOfLine = 0.01;

/** What the same people use next to each other. */
interface Group {
  readonly place: Place;
  readonly madeAt: string;
  readonly names: string[];
  readonly users: string;
  readonly from: number;
  to: number;
}

export function adviceOf(summary: Summary): Advice[] {
  return summary.lines.flatMap((line) => {
    if (line.falseTicks < leastPart * line.tally.ticks || line.falseTicks < leastOfAll * summary.tally.ticks) return [];
    const groups = groupsOf(line);
    if (groups.length === 0 || (groups.length === 1 && !neighboured(groups[0]!, line))) return [];
    const words = groups.map(({ place, madeAt, from, to, names }): Words => ({
      kind: place.kind === 'heap' ? 'heap' : 'global', address: place.base, owner: place.owner, madeAt, offset: from - place.base, bytes: to - from, name: names[0]!,
    }));
    return [{ line: `0x${line.address.toString(16)}`, cycles: cyclesOf({ ticks: line.falseTicks }), changes: changesOf(groups, summary.lineBytes), words }];
  });
}

/** A program's own variable that shares its line with something of the runtime's. */
const neighboured = (group: Group, line: LineSummary): boolean => line.rows.some((row) => row.place.owner !== group.place.owner && row.tally.falseSharing > 0);

/** The program's fields that take part, by address; next to each other and used by the same they are one group. */
function groupsOf(line: LineSummary): Group[] {
  const fields = new Map<number, { row: Row; users: Set<string> }>();
  for (const row of line.rows) {
    const { place } = row;
    if (row.tally.ticks < leastOfLine * line.tally.ticks) continue;
    if ((place.kind !== 'global' && place.kind !== 'heap') || isRuntime(place.owner.replace(/^[[\]*]+/, '')) || place.bytes === 0 || isRuntime(row.madeAt)) continue;
    const at = place.base + place.offset;
    const known = fields.get(at);
    const users = known?.users ?? new Set<string>();
    users.add(row.who.goid === 0 ? `t${row.who.tid}` : `g${row.who.goid}`);
    if (known === undefined) fields.set(at, { row, users });
  }
  const groups: Group[] = [];
  for (const [at, { row, users }] of [...fields].sort((a, b) => a[0] - b[0])) {
    const last = groups.at(-1);
    const names = [...users].sort().join(' ');
    if (last && last.users === names && last.place.base === row.place.base) {
      last.to = at + row.place.size;
      last.names.push(row.field);
    } else groups.push({ place: row.place, madeAt: row.madeAt, names: [row.field], users: names, from: at, to: at + row.place.size });
  }
  return groups;
}

function changesOf(groups: readonly Group[], lineBytes: number): string[] {
  const changes = groups.map((group, i) => changeOf(group, groups[i + 1], lineBytes));
  return [...new Set(changes)];
}

/** Padding behind a group, so that what follows lies on the next line. */
function changeOf(group: Group, next: Group | undefined, lineBytes: number): string {
  const pad = (used: number): number => (lineBytes - (used % lineBytes)) % lineBytes;
  const name = group.names.at(-1)!;
  const together = next !== undefined && next.place.base === group.place.base && next.place.owner === group.place.owner;
  if (group.place.parts.length === 0 && group.place.kind === 'global') { // no type says more
    const behind = together ? lineBytes - (group.to - group.from) : pad(group.place.bytes - (group.from - group.place.base));
    return `${name}: leave ${behind} bytes behind it, so that ${together ? next.names[0]! : 'nothing else'} lies on ${together ? 'another' : 'its'} line`;
  }
  if (together) {
    const split = group.place.parts.findIndex((part, i) => part.offset !== next.place.parts[i]?.offset || part.name !== next.place.parts[i]?.name);
    const part = group.place.parts[split];
    if (part !== undefined && part.name === undefined) return elements(part.type.name, part.type.size, lineBytes);
    if (part !== undefined) return `${part.of.name}: add "_ [${pad(group.to - group.from)}]byte" behind ${part.name ?? ''}, so that ${next.names[0]!} lies on another line`;
    const element = /^\[\]/.test(group.place.owner) ? group.place.owner.slice(2) : undefined;
    if (element !== undefined && group.place.parts.length === next.place.parts.length) return elements(element, next.place.offset - group.place.offset, lineBytes);
  }
  if (group.place.owner.startsWith('[]') && group.place.parts.length > 0) return elements(group.place.owner.slice(2), group.place.parts[0]!.of.size, lineBytes);
  const whole = group.place.bytes;
  if (group.place.parts.length === 0) return `${name}: make it ${lineBytes} bytes long, as a struct with "_ [${pad(whole)}]byte" behind it, so that nothing else lies on its line`;
  const last = group.place.parts[0]!;
  if (pad(group.to - group.from) === 0) return `${last.of.name}: nothing to add behind ${name}`;
  return `${last.of.name}: add "_ [${pad(group.to - group.from)}]byte" at its end, so that nothing else lies on the line of ${name}`;
}

const elements = (type: string, size: number, lineBytes: number): string =>
  `${type}: add "_ [${(lineBytes - (size % lineBytes)) % lineBytes}]byte" at its end, so that each element of ${size} bytes begins on a line of its own`;

export function adviceText(all: readonly Advice[]): string {
  if (all.length === 0) return '';
  return ['\n  Fix: lines whose bytes are not shared, only the line\n', ...all.map((a) => `  ${a.line}  ${a.cycles.toLocaleString('en-US')} cycles\n${a.changes.map((c) => `    ${c}\n`).join('')}`)].join('');
}
