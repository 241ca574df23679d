/** Static block costs, as sums on `unit` and by named kernels on the real cores. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockCost, spellLatencies } from '../../../machine/uarch/block.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { cycle } from '../../../machine/uarch/uarch.js';
import { x86Insns } from '../../helpers/insns.js';

const Block = suite('machine/uarch block');
const unit = uarchOf('unit')!;
const skylake = uarchOf('skylake')!;
const cycles = (ticks: readonly number[]): number[] => [...ticks].map((t) => t / cycle);

Block('unit: an instruction costs what it computes, 4 for a load, 1 for a store', () => {
  const cost = blockCost(unit, x86Insns(`
    48 8b 03        mov (%rbx),%rax
    48 01 c8        add %rcx,%rax
    48 03 0b        add (%rbx),%rcx
    48 89 03        mov %rax,(%rbx)
    48 01 03        add %rax,(%rbx)
    48 0f af c1     imul %rcx,%rax
    f7 f1           div %ecx
    90              nop
  `));
  assert.equal(cycles(cost.prefixTicks), [
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
  const cost = blockCost(skylake, x86Insns(`
    48 83 c0 01     add $1,%rax
    48 83 c1 01     add $1,%rcx
    48 39 f8        cmp %rdi,%rax
    74 00           je .+2
  `));
  assert.equal([...cost.prefixSlots], [0, 1, 2, 3, 3]);
  assert.equal(cycles(cost.prefixTicks), [0, 1 / 4, 2 / 4, 1, 1]); // the pair takes port 6 for a cycle
  assert.ok(cost.conditional);
});

Block('skylake: latencies go from what a block reads to what it writes', () => {
  const cost = blockCost(skylake, x86Insns(`
    48 8b 03        mov (%rbx),%rax
    48 0f af c1     imul %rcx,%rax
    31 d2           xor %edx,%edx
    48 89 c6        mov %rax,%rsi
  `));
  const text = spellLatencies(cost, 'amd64');
  for (const line of [`rbx -> rax ${5 + 3}`, 'rcx -> rax 3', `rbx -> rsi ${5 + 3}`, 'start -> rdx 0']) assert.ok(text.includes(line), `${line} in ${text.join('; ')}`);
});

Block('skylake: a load takes what the block has stored to the same address', () => {
  const cost = blockCost(skylake, x86Insns(`
    48 89 07        mov %rax,(%rdi)
    48 8b 17        mov (%rdi),%rdx
  `));
  const text = spellLatencies(cost, 'amd64');
  assert.ok(text.includes('rax -> rdx 4'), text.join('; ')); // 2 + 2 by uops.info
  assert.ok(text.includes('rdi -> rdx 5'), text.join('; '));
});

Block('skylake: code that runs first pays predecoding and decoders', () => {
  const nops = x86Insns(Array(16).fill('90').join('\n'));
  const cost = blockCost(skylake, nops);
  assert.equal(cycles(cost.prefixTicks).at(-1), 16 / 4);
  assert.equal(cycles(cost.coldTicks).at(-1), 4); // 16 bytes of 5 + 5 + 5 + 1 instructions
});

Block.run();
