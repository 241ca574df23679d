/** Location lists of real images: every range and what it says, as readelf lists them. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluate, type Location } from '../../../machine/debug/dwarf/expression.js';
import { locationsOf } from '../../../machine/debug/dwarf/locations.js';
import { AT } from '../../../machine/debug/dwarf/names.js';
import type { Die } from '../../../machine/debug/dwarf/unit.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { built, has, run } from '../../helpers/oracle.js';
import { cCompilers, goBinary, goCompilers } from '../../helpers/toolchain.js';
const Locations = suite('location lists of real images');

/** What frames count from in these expressions, far from anything else. */
const [frameBase, cfa] = [2 ** 40, 2 ** 41];

/** As readelf writes the expressions that are registers, places in the frame, and pieces of both; undefined for others. */
function shown(where: Location): string | undefined {
  switch (where.kind) {
    case 'register': return `DW_OP_reg${where.register}`;
    case 'memory':
      if (where.address === cfa) return 'DW_OP_call_frame_cfa';
      return Math.abs(where.address - frameBase) < 2 ** 30 ? `DW_OP_fbreg: ${where.address - frameBase}` : undefined;
    case 'pieces': {
      const parts = where.pieces.flatMap((p) => [p.location.kind === 'absent' ? [] : [shown(p.location)], `DW_OP_piece: ${p.bits / 8}`].flat());
      return parts.includes(undefined) ? undefined : parts.join('; ');
    }
    default: return undefined;
  }
}

const simple = /^(DW_OP_(reg\d+|fbreg: -?\d+|call_frame_cfa|piece: \d+)(; )?)+$/;

/** Lists of all variables and parameters, those that several entries share once. */
function* lists(die: Die, seen: Set<number>): Generator<string> {
  for (const child of die.children()) {
    const at = child.raw(AT.location);
    if (typeof at === 'number' && !seen.has(at)) {
      seen.add(at);
      for (const { low, high, expression } of locationsOf(child, AT.location) ?? []) {
        if (low === high) continue;
        const context = { register: () => undefined, frameBase: () => frameBase, cfa: () => cfa, read: () => undefined, indexedAddress: () => 0 };
        yield `${high! - low!} ${shown(evaluate(expression, 8, context)) ?? 'other'}`;
      }
    }
    yield* lists(child, seen);
  }
}

/** The same of readelf: it does not follow the addresses of Go's DWARF 5, but sizes of ranges show. */
function* theirs(path: string): Generator<string> {
  for (const line of run('readelf', ['--debug-dump=loc', path]).stdout.split('\n')) {
    const found = /^ +(?:[0-9a-f]{8} )?(?:v[0-9a-f]+ v[0-9a-f]+ .*)?([0-9a-f]{16}) ([0-9a-f]{16}) \((.*)\)(?: \(start == end\))?$/.exec(line);
    if (found === null || found[3] === 'base address' || found[1] === found[2]) continue;
    const text = found[3]!.replace(/ \([a-z]\w*\)/g, '').replace(/regx: /g, 'reg');
    yield `${Number(BigInt(`0x${found[2]!}`) - BigInt(`0x${found[1]!}`))} ${simple.test(text) ? text : 'other'}`;
  }
}

function compare(name: string, path: string, least: number): void {
  Locations(`${name}: ranges and places are those of readelf`, () => {
    const info = DebugInfo.of(new Uint8Array(readFileSync(path)));
    const seen = new Set<number>();
    const ours = info.units.all.flatMap((unit) => [...lists(unit.root, seen)]).sort();
    const others = [...theirs(path)].sort();
    const places = ours.filter((l) => !l.endsWith('other')).length;
    const at = ours.findIndex((l, i) => l !== others[i]);
    assert.ok(at < 0 && ours.length === others.length, `${ours.length} and ${others.length}; ${ours[at]} is not ${others[at]}`);
    console.log(`${name}: ${ours.length} ranges, ${places} of them places`);
    assert.ok(places >= least, String(places));
  });
}

if (has('readelf')) {
  for (const compiler of goCompilers) compare(compiler.name, goBinary({ name: 'stacks/stacks' }, compiler), 10_000);
  for (const { name, command } of cCompilers.filter((c) => c.command !== 'musl-gcc')) {
    for (const version of ['-gdwarf-5', '-gdwarf-4', '-gdwarf-3']) {
      compare(`${name} ${version}`, built('tests/programs/debug/kinds.c', command, (from, out) => ['-g', '-O2', version, '-o', out, from]), 20);
    }
  }
} else console.log('location lists: skipped, no readelf');

Locations.run();
