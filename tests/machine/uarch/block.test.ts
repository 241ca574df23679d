/** Static block costs, as sums on `unit` and by named kernels on the real cores. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Insn } from '../../../isa/row.js';
import { BlockCost } from '../../../machine/uarch/block.js';
import { Cell, cellName } from '../../../machine/uarch/cells.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { cycle, type Uarch } from '../../../machine/uarch/uarch.js';
import { mostLanes, none, type Ways } from '../../../machine/uarch/ways.js';
import { x86Insns } from '../../helpers/insns.js';

const Block = suite('machine/uarch block');
const unit = uarchOf('unit')!;
const skylake = uarchOf('skylake')!;
const cycles = (ticks: readonly number[]): number[] => [...ticks].map((t) => t / cycle);

/** The cost of a block; its lanes are the general registers and their cells. */
function costOf(uarch: Uarch, insns: readonly Insn[]): BlockCost {
  const cost = new BlockCost(uarch, Array.from({ length: Cell.count }, (_, cell) => (cell < mostLanes ? cell : none)));
  cost.price(insns, insns.map((_, id) => ({ id })));
  return cost;
}
const prefixes = (cost: BlockCost): number[] => cycles(cost.prefixes(cost));

/** Ways as text: `rbx -> rax 8`, `start -> rdx 0`. */
function spell(ways: Ways): string[] {
  return [...ways.written.subarray(0, ways.writtenCount)].flatMap((lane) => {
    ways.read(ways.values[lane]!);
    return ([['start', ways.start], [cellName(ways.first, 'amd64'), ways.firstTicks], [cellName(ways.second, 'amd64'), ways.secondTicks]] as const)
      .filter(([, ticks]) => ticks >= 0)
      .map(([from, ticks]) => `${from} -> ${cellName(lane, 'amd64')} ${ticks / cycle}`);
  });
}

Block('unit: an instruction costs what it computes, 4 for a load, 1 for a store', () => {
  const cost = costOf(unit, x86Insns(`
    48 8b 03        mov (%rbx),%rax
    48 01 c8        add %rcx,%rax
    48 03 0b        add (%rbx),%rcx
    48 89 03        mov %rax,(%rbx)
    48 01 03        add %rax,(%rbx)
    48 0f af c1     imul %rcx,%rax
    f7 f1           div %ecx
    90              nop
  `));
  assert.equal(prefixes(cost), [
    0,
    4,
    4 + 1,
    4 + 1 + (4 + 1),
    4 + 1 + (4 + 1) + 1,
    4 + 1 + (4 + 1) + 1 + (4 + 1 + 1),
    4 + 1 + (4 + 1) + 1 + (4 + 1 + 1) + 3,
    4 + 1 + (4 + 1) + 1 + (4 + 1 + 1) + 3 + 20,
    4 + 1 + (4 + 1) + 1 + (4 + 1 + 1) + 3 + 20 + 1,
  ]);
});

Block('skylake: four slots a cycle, and a compare with its jump is one', () => {
  const cost = costOf(skylake, x86Insns(`
    48 83 c0 01     add $1,%rax
    48 83 c1 01     add $1,%rcx
    48 39 f8        cmp %rdi,%rax
    74 00           je .+2
  `));
  assert.equal(prefixes(cost), [0, 1 / 4, 2 / 4, 1, 1]); // the pair takes port 6 for a cycle
});

Block('skylake: a branch resolves when its inputs are there and it has run, together with the compare that it fuses with', () => {
  const resolved = (text: string): number => {
    const { ways } = costOf(skylake, x86Insns(text));
    ways.read(ways.branch);
    return ways.firstTicks / cycle;
  };
  assert.is(resolved('48 39 f8  cmp %rdi,%rax\n74 00  je .+2'), 1);
  assert.is(resolved('48 39 f8  cmp %rdi,%rax\n90  nop\n74 00  je .+2'), 1 + 1);
});

Block('skylake: latencies go from what a block reads to what it writes', () => {
  const cost = costOf(skylake, x86Insns(`
    48 8b 03        mov (%rbx),%rax
    48 0f af c1     imul %rcx,%rax
    31 d2           xor %edx,%edx
    48 89 c6        mov %rax,%rsi
  `));
  const text = spell(cost.ways);
  for (const line of [`rbx -> rax ${5 + 3}`, 'rcx -> rax 3', `rbx -> rsi ${5 + 3}`, 'start -> rdx 0']) assert.ok(text.includes(line), `${line} in ${text.join('; ')}`);
});

Block('skylake: a load takes what the block has stored to the same address', () => {
  const cost = costOf(skylake, x86Insns(`
    48 89 07        mov %rax,(%rdi)
    48 8b 17        mov (%rdi),%rdx
  `));
  const text = spell(cost.ways);
  assert.ok(text.includes('rax -> rdx 4'), text.join('; ')); // 2 + 2 by uops.info
  assert.ok(text.includes('rdi -> rdx 5'), text.join('; '));
});

Block('skylake: code that runs first pays predecoding and decoders', () => {
  const nops = x86Insns(Array(16).fill('90').join('\n'));
  const cost = costOf(skylake, nops);
  assert.equal(prefixes(cost).at(-1), 16 / 4);
  assert.equal(cost.coldTicks / cycle, 4); // 16 bytes of 5 + 5 + 5 + 1 instructions
});

/** Ways of a block whose lanes are the general registers but R15, and in its place what passes outside of registers. */
function ordered(text: string): string[] {
  const cost = new BlockCost(skylake, Array.from({ length: Cell.count }, (_, cell) => (cell < 15 ? cell : cell === Cell.order ? 15 : none)));
  const insns = x86Insns(text);
  cost.price(insns, insns.map((_, id) => ({ id })));
  return spell(cost.ways).map((way) => way.replaceAll('r15', 'order'));
}

Block('skylake: locked accesses follow each other, 18 cycles apart, and others need not wait for them', () => {
  const ways = ordered(`
    f0 48 ff 03     lock incq (%rbx)
    f0 48 ff 03     lock incq (%rbx)
    48 0f af c1     imul %rcx,%rax
  `);
  assert.ok(ways.includes(`order -> order ${18 + 18}`), ways.join(', '));
  assert.ok(ways.includes('rcx -> rax 3'), ways.join(', '));
});

Block('skylake: what a loop stores it loads the next time around', () => {
  const counter = ordered(`
    48 83 03 01     addq $1,(%rbx)
    ff c9           dec %ecx
    75 f8           jne .-6
  `);
  assert.ok(counter.includes(`order -> order ${1 + 4}`), `an addition and forwarding: ${counter.join(', ')}`);
  const along = ordered(`
    48 8b 43 f8     mov -8(%rbx),%rax
    48 ff c0        inc %rax
    48 89 03        mov %rax,(%rbx)
    48 83 c3 08     add $8,%rbx
    ff c9           dec %ecx
    75 ee           jne .-16
  `);
  assert.ok(along.includes(`order -> order ${1 + 4}`), `the place before, after the pointer has moved: ${along.join(', ')}`);
  const other = ordered(`
    48 83 03 01     addq $1,(%rbx)
    48 83 c3 08     add $8,%rbx
    ff c9           dec %ecx
    75 f4           jne .-10
  `);
  assert.not.ok(other.some((way) => way.includes('order')), `every place once: ${other.join(', ')}`);
});

Block.run();
