/** Types and global variables of real images: layouts as gdb has them, addresses and sizes as nm, runtime types as a running program tells their addresses. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Arch } from '../../../machine/config.js';
import { fieldOf, pathAt } from '../../../machine/debug/dwarf/path.js';
import type { Type } from '../../../machine/debug/dwarf/types.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { gdbFor, gdbLayouts } from '../../helpers/gdb.js';
import { built, has, run } from '../../helpers/oracle.js';
import { cCompilers, goBinary, goCompilers, runHere, runsHere } from '../../helpers/toolchain.js';
const Types = suite('types and variables of real images');

const open = (path: string): DebugInfo => DebugInfo.of(new Uint8Array(readFileSync(path)));

/** As gdbLayouts prints types. */
function layout(type: Type): string {
  const out = [String(type.size)];
  leaves(type, '', 0, 0, out);
  return out.join('\n');
}

function leaves(type: Type, path: string, offset: number, depth: number, out: string[]): void {
  const plain = type.plain;
  if ((plain.kind === 'struct' || plain.kind === 'union') && depth < 6) {
    for (const m of plain.members) {
      const p = path + (m.name === '' ? '' : `.${m.name}`);
      if (m.bits) out.push(`${p} ${offset * 8 + m.bits.from}:${m.bits.width}`);
      else leaves(m.type, p, offset + m.offset, depth + 1, out);
    }
  } else if (plain.kind === 'array' && depth < 6 && (plain.counts[0] ?? 0) > 0) {
    // gdb takes one dimension after the other
    let at = offset;
    let p = path;
    let size = plain.size;
    for (const count of plain.counts) {
      size /= count!;
      at += (count! - 1) * size;
      p += `[${count! - 1}]`;
    }
    leaves(plain.target!, p, at, depth + plain.counts.length, out);
  } else out.push(`${path} ${offset} ${plain.kind === 'function' ? 1 : plain.size || type.size}`); // gdb gives code a size of 1, and Go that of a pointer to it
}

/** Without fields that have no size, or that of code and void in gdb. */
const withoutCode = (text: string): string => text.split('\n').filter((line) => !/ 0$| 1$/.test(line)).join('\n');

function layouts(name: string, arch: Arch, path: string, least: number): void {
  if (!has(gdbFor(arch))) return void console.log(`${name}: skipped, no ${gdbFor(arch)}`);
  Types(`${name}: layouts are those of gdb`, () => {
    const info = open(path);
    const names = [...info.index.types.keys()].filter((n) => !['unspecified', 'function', 'base'].includes(info.typeNamed(n)!.plain.kind));
    const theirs = gdbLayouts(arch, path, names);
    let fields = 0;
    let compared = 0;
    for (const [typeName, text] of theirs) {
      const type = info.typeNamed(typeName)!;
      const ours = layout(type);
      assert.is(withoutCode(ours), withoutCode(text), typeName);
      compared++;
      fields += ours.split('\n').length - 1;
      pathsAndOffsets(type, ours);
    }
    console.log(`${name}: ${compared} types, ${fields} fields, ${names.length - compared} names that gdb does not find`);
    assert.ok(compared >= least, String(compared));
  });
}

/** What lies at a field's offset is that field, unless it shares the place with others (unions, empty fields); a path leads there. */
function pathsAndOffsets(type: Type, text: string): void {
  const lines = text.split('\n').slice(1).map((line) => /^\.?(.*) (\d+) (\d+)$/.exec(line)).filter((m) => m !== null);
  const shared = new Set<string>();
  const seen = new Set<string>();
  for (const [, , offset, size] of lines) {
    if (seen.has(offset!) || size === '0') shared.add(offset!);
    seen.add(offset!);
  }
  for (const [, path, offset, size] of lines) {
    if (path === '' || shared.has(offset!) || size === '0') continue;
    const found = pathAt(type, Number(offset));
    if (/\bu\b|_?union/.test(path!)) continue;
    assert.ok(found === path || found.startsWith(`${path!}[`) || found.startsWith(`${path!}.`), `${type.name} at ${offset}: ${found} is not ${path}`);
    if (!path!.includes('[') && !path!.split('.').includes('_')) assert.is(fieldOf(type, path!)?.offset, Number(offset), `${type.name}.${path}`);
  }
}

function variables(name: string, path: string, least: number): void {
  Types(`${name}: variables lie where nm has them`, () => {
    const info = open(path);
    const symbols = new Map<string, { at: number; size: number }[]>();
    for (const [, at, size, symbol] of run('nm', ['-S', path]).stdout.matchAll(/^([0-9a-f]+) ([0-9a-f]+) [bBdDrR] (.*)$/gm)) {
      symbols.set(symbol!, [...(symbols.get(symbol!) ?? []), { at: parseInt(at!, 16), size: parseInt(size!, 16) }]);
    }
    let compared = 0;
    for (const v of info.index.variables) {
      const same = symbols.get(v.name)?.find((s) => s.at === v.address);
      if (same === undefined || v.type === undefined) continue;
      const type = info.types.at(v.type);
      assert.is(type.size, same.size, v.name);
      for (const offset of [0, Math.floor(type.size / 2), type.size - 1]) {
        if (type.size === 0) continue;
        const found = info.variableAt(v.address + offset)!;
        assert.is(found.name, v.name);
        assert.is(found.path, pathAt(type, offset));
      }
      compared++;
    }
    console.log(`${name}: ${compared} of ${info.index.variables.length} variables`);
    assert.ok(compared >= least, String(compared));
  });
}

for (const compiler of goCompilers) {
  const { name, arch } = compiler;
  const path = goBinary({ name: 'debug/rtypes' }, compiler);
  layouts(name, arch, path, 300);
  variables(name, path, 400);

  Types(`${name}: fields of a counter`, () => {
    const info = open(path);
    const v = info.variableNamed('main.Global')!;
    const at = (field: string): number => info.structOffset('main.Counter', field)!;
    assert.is(v.type!.name, 'main.Counter');
    for (const [offset, field] of [[8, 'B'], [12, 'C'], [at('Rows') + 3 * 56 + 2, 'Rows[3].Y'], [at('Rows') + 56 + 8 + 16, 'Rows[1].Tag[1].str'], [at('Names') + 8, 'Names.len'], [at('Tag'), 'Inner.Tag[0].str']] as const) {
      assert.equal({ ...info.variableAt(v.address + offset), type: undefined }, { name: 'main.Global', type: undefined, offset, path: field });
    }
    const table = info.variableNamed('main.Table')!;
    assert.is(info.variableAt(table.address + (1 * 5 + 2) * 56 + 2)!.path, '[1][2].Y');
    const kinds = Object.fromEntries(info.typeNamed('main.Counter')!.members.map((m) => [m.name, m.type.go?.kind]));
    assert.equal(kinds, { A: 'int64', B: 'uint32', C: 'bool', Rows: 'array', Next: 'pointer', Names: 'slice', ByKey: 'map', Done: 'chan', Any: 'interface', Err: 'interface', Call: 'func', Inner: 'struct', mu: 'struct', n: 'struct' });
    const map = info.typeNamed('map[string]*main.Inner')!;
    assert.equal([map.go!.key!.name, map.go!.elem!.name, map.plain.kind], ['string', '*main.Inner', 'pointer']);
    assert.ok(info.typeNamed('main.Counter')!.members.find((m) => m.name === 'Inner')!.embedded);
  });

  if (runsHere(arch)) {
    for (const flags of [[], ['-ldflags=-compressdwarf=false']]) {
      Types(`${name} ${flags.join(' ')}: runtime types`, () => {
        const binary = goBinary({ name: 'debug/rtypes' }, compiler, { flags });
        const info = open(binary);
        const lines = runHere(binary, { arguments: [], environment: [], input: '' }, arch).output.trim().split('\n');
        const missing: string[] = [];
        for (const line of lines) {
          const [, at, type] = /^(\w+) (.*)$/.exec(line)!;
          const found = info.typeByRuntimeType(parseInt(at!, 16));
          if (found === undefined) missing.push(type!);
          else assert.is(found.name, type, line);
        }
        // Go 1.19 leaves out types that nothing but an interface holds, and what unsafe.Pointer is at run time.
        assert.equal(missing, /^go1\.19/.test(compiler.version) ? ['chan<- string', 'func(int, string) error', 'unsafe.Pointer', '[0]int'] : []);
        assert.ok(lines.length > 30);
      });
    }
  }
}

for (const { name, command, arch } of cCompilers.filter((c) => c.command !== 'musl-gcc')) {
  for (const version of ['-gdwarf-5', '-gdwarf-4', '-gdwarf-3', '-gdwarf-2']) {
    const path = built('tests/programs/debug/kinds.c', command, (from, out) => ['-g', '-O1', version, '-o', out, from]);
    layouts(`${name} ${version}`, arch, path, 6);
    variables(`${name} ${version}`, path, 3);
  }
}

Types.run();
