/** Caches that flags ask for: a named hierarchy, with some of its figures changed. */
import type { Config } from '../config.js';
import { amendMemory } from '../memory/check.js';
import { memoryNames, memoryOf, type MemoryDescription } from '../memory/description.js';
import { UsageError, type Flags } from './options.js';

const words = ['flat', ...memoryNames];

/** What --caches and --cache say; without them `base`. `uarch`: whose hierarchy --cache changes when there is none yet. */
export function cachesOf(flags: Flags, base: Config['caches'], uarch: string): Config['caches'] {
  const name = flags['--caches'];
  if (name !== undefined && !words.includes(name)) throw new UsageError(`--caches takes ${words.join(' or ')}, not ${name}`);
  const chosen = name === undefined ? base : (memoryOf(name) ?? null);
  const changes = flags['--cache'] ?? [];
  if (changes.length === 0) return chosen;
  if (name === 'flat') throw new UsageError('--cache changes a hierarchy, and --caches flat is none');
  return changed(chosen ?? memoryOf(uarch)!, changes);
}

/** KEY=VALUE, KEY as a path: l2.bytes=512K. */
function changed(base: MemoryDescription, changes: readonly string[]): MemoryDescription {
  let description = base;
  for (const change of changes) {
    const at = change.indexOf('=');
    if (at < 1) throw new UsageError(`--cache takes KEY=VALUE as l2.bytes=512K, not ${change}`);
    const { description: next, problems } = amendMemory(description, nested(change.slice(0, at).split('.'), valueOf(change.slice(at + 1))));
    if (problems.length > 0) throw new UsageError(problems.map((p) => `--cache ${p}`).join('\n'));
    description = next;
  }
  return description;
}

/** What stands at a path of keys, as an object. */
export const nested = (path: readonly string[], value: unknown): unknown => path.reduceRight((inner, key) => ({ [key]: inner }), value);

function valueOf(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}
