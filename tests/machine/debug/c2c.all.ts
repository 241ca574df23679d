/** `rt0 c2c` on Go images of every toolchain here: fields of globals, of the heap and of slices, goroutines and where they began, also without symbols and DWARF; the heap over collections. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cpuLevels, uarchNames, type Config } from '../../../machine/config.js';
import { adviceOf } from '../../../machine/debug/c2c/advice.js';
import { Collector } from '../../../machine/debug/c2c/collector.js';
import { Padding } from '../../../machine/debug/c2c/padding.js';
import { summaryOf, type Row, type Summary } from '../../../machine/debug/c2c/summary.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { memoryOf } from '../../../machine/memory/description.js';
import { goBinary, goCompilers, type GoBuild, type GoCompiler } from '../../helpers/toolchain.js';
const C2c = suite('c2c of Go images');

/** A machine of two cores that has a Go program. */
function machineFor(name: string, compiler: GoCompiler, words: readonly string[], build: GoBuild = {}, config: Partial<Config> = {}): { machine: Machine; image: Uint8Array; host: MemoryHost } {
  const { arch } = compiler;
  const image = new Uint8Array(readFileSync(goBinary({ name }, compiler, build)));
  const uarch = uarchNames[arch][0]!;
  const host = new MemoryHost();
  const machine = new Machine({ arch, cores: 2, uarch, cpu: cpuLevels[arch].at(-1)!, memoryBytes: 512 << 20, caches: memoryOf(uarch)!, ...config }, host);
  machine.load(image, [name, ...words]);
  return { machine, image, host };
}

/** Runs a Go program to its end, watched. */
function watched(name: string, compiler: GoCompiler, words: readonly string[], build?: GoBuild, config?: Partial<Config>): { collector: Collector; output: string } {
  const { machine, image, host } = machineFor(name, compiler, words, build, config);
  const collector = new Collector(machine, DebugInfo.of(image));
  machine.run();
  assert.is(machine.exitStatus, 0, machine.stopMessage);
  return { collector, output: host.text(1) };
}

const program = '../../programs/falsesharing/falsesharing';

/** The costliest line's two costliest rows, by offset. */
function fight(name: string, compiler: GoCompiler, words: readonly string[], build?: GoBuild): { summary: Summary; rows: readonly Row[] } {
  const { collector, output } = watched(name, compiler, words, build);
  assert.match(output, /^counted \d+\n$/);
  const summary = summaryOf(collector);
  const rows = summary.lines[0]!.rows.slice(0, 2).sort((a, b) => a.offset - b.offset);
  return { summary, rows };
}

const line = (text: string): number => readFileSync('programs/falsesharing/falsesharing.go', 'utf8').split('\n').findIndex((l) => l.includes(text)) + 1;
const starts = [line('go increment(word, writes'), line('go increment(word, how')] as const;

for (const compiler of goCompilers) {
  C2c(`the counters of ${compiler.name}`, () => {
    for (const [place, fields] of [['heap', ['main.Counter.a', 'main.Counter.b']], ['global', ['main.counter.a', 'main.counter.b']], ['slice', ['[]main.Cell[0].n', '[]main.Cell[1].n']]] as const) {
      const { summary, rows } = fight(program, compiler, [place]);
      assert.equal(rows.map((r) => r.field), fields);
      assert.equal(rows.map((r) => r.symbol), ['main.increment', 'main.increment']);
      assert.equal(rows.map((r) => r.source), Array(2).fill(`falsesharing.go:${line('*n++')}`));
      rows.forEach((r, i) => assert.match(r.goroutine, new RegExp(`^\\d+ main\\.main falsesharing\\.go:${starts[i]}$`)));
      if (place === 'heap') assert.is(rows[0]!.madeAt, `main.counters falsesharing.go:${line('new(Counter)')}`);
      assert.ok(summary.lines[0]!.falseTicks > 0.95 * summary.lines[0]!.tally.ticks);
      const stacks = summary.lines.flatMap((l) => l.rows).filter((r) => r.place.kind === 'stack' && /^runtime\.\S+, (stack of goroutine \d+|a thread's own stack)$/.test(r.madeAt));
      assert.ok(stacks.length > 0 && stacks.every((r) => /^~?\w/.test(r.field)), 'variables of the runtime on stacks');
      assert.match(adviceOf(summary)[0]!.changes[0]!, /add "_ \[56\]byte"/);
    }
  });

  C2c(`padded counters and readers of ${compiler.name}`, () => {
    const padded = fight(program, compiler, ['heap', 'padded']);
    assert.ok(padded.rows.every((r) => !/Counter\.[ab]/.test(r.field)));
    const { rows } = fight(program, compiler, ['global', 'unpadded', 'read', '500000']);
    assert.equal(rows.map((r) => [r.write, r.field]), [[true, 'main.counter.a'], [false, 'main.counter.b']]);
  });

  C2c(`a stripped image of ${compiler.name}`, () => {
    const { rows } = fight(program, compiler, ['heap'], { flags: ['-ldflags=-s -w'] });
    assert.equal(rows.map((r) => r.source), Array(2).fill(`falsesharing.go:${line('*n++')}`));
    assert.equal(rows.map((r) => r.place.owner), ['main.Counter', 'main.Counter'], 'types have names of their own');
    assert.match(rows[0]!.goroutine, new RegExp(`main\\.main falsesharing\\.go:${starts[0]}$`));
    assert.is(rows[0]!.madeAt, `main.counters falsesharing.go:${line('new(Counter)')}`);
  });

  C2c(`what padding would bring in ${compiler.name}`, () => {
    for (const [place, words, config] of [['heap', ['20000'], {}], ['global', ['20000'], {}], ['slice', ['20000', '2'], {}], ['heap', ['20000'], { hugePages: 'always' }]] as const) {
      const first = watched(program, compiler, [place, 'unpadded', 'atomic', ...words], {}, config);
      const advice = adviceOf(summaryOf(first.collector));
      const tried = new Padding(machineFor(program, compiler, [place, 'unpadded', 'atomic', ...words], {}, config).machine, first.collector.info, advice.flatMap((a) => a.words)).run()!;
      const padded = machineFor(program, compiler, [place, 'padded', 'atomic', ...words], {}, config).machine;
      padded.run();
      assert.ok(Math.abs(tried - padded.cycles) < 0.02 * padded.cycles, `${place}: ${tried} cycles instead of ${padded.cycles}`);
      assert.ok(tried < 0.95 * first.collector.machine.cycles, `${place}: ${tried} of ${first.collector.machine.cycles}`);
    }
  });

  C2c(`the heap of ${compiler.name} over collections`, () => {
    const { collector, output } = watched('debug/swept', compiler, []);
    const found = { kept: 0, dropped: 0, small: 0 };
    for (const [what, address] of output.trim().split('\n').map((l) => l.split(' '))) {
      const object = collector.heap!.objects.at(parseInt(address!, 16));
      if (what === 'dropped') {
        found.dropped++;
        assert.is(object, undefined, `${address} is gone`);
        continue;
      }
      const type = collector.info.typeByRuntimeType(object!.type);
      assert.is(type?.name, `main.${what}`);
      found[what as 'kept' | 'small']++;
    }
    assert.equal(found, { kept: 100, dropped: 101, small: 10 });
  });
}

C2c.run();
