/** Price tables: every form has a price, figures have sources, the class stands in where no line names the form. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { uarches, fallbackForms, uarchOf } from '../../../machine/uarch/lookup.js';
import { table as neoverseN1Table } from '../../../machine/uarch/neoverseN1.js';
import { table as skylakeTable } from '../../../machine/uarch/skylake.js';
import { PriceTable } from '../../../machine/uarch/table.js';
import { table as unitTable } from '../../../machine/uarch/unit.js';
import { cycle, NoPrice } from '../../../machine/uarch/uarch.js';
import { workOf } from '../../../machine/uarch/work.js';
import { a64Vectors, x86Insns, x86Vectors } from '../../helpers/insns.js';

const Prices = suite('machine/uarch prices');
const skylake = uarchOf('skylake')!;

Prices('every form of both instruction sets has a price on every core that runs it', () => {
  const insns = { amd64: x86Vectors('forms.txt', 'forms-vex.txt', 'forms-evex.txt'), arm64: a64Vectors() };
  assert.ok(insns.amd64.length > 5000 && insns.arm64.length > 2000);
  const missing: string[] = [];
  for (const uarch of uarches) {
    for (const isa of ['amd64', 'arm64'] as const) {
      if (uarch.isa !== 'any' && uarch.isa !== isa) continue;
      for (const insn of insns[isa]) {
        try {
          workOf(uarch, insn);
        } catch (e) {
          if (!(e instanceof NoPrice)) throw e;
          missing.push(e.message);
        }
      }
    }
  }
  assert.equal(missing, []);
});

Prices('a form without any price is refused by name', () => {
  const table = new PriceTable('bare', ['0'], ['ADD: p0 1', '?mov: p0 2']);
  const [add, mov, sub] = x86Insns('01 c8\n 89 c8\n 29 c8');
  assert.is(table.price(add!).latency, cycle);
  assert.is(table.price(mov!).fallback, true);
  assert.throws(() => table.price(sub!), /bare has no price for SUB r\/m32, r32 \(class alu\)/);
});

Prices('on Skylake only system, repeated, x87 and later extensions\' forms are priced by class', () => {
  const forms = fallbackForms(skylake, x86Vectors('forms.txt', 'forms-vex.txt'));
  console.log(`skylake: ${forms.length} forms on fallback`);
  const classes = new Set(forms.map((f) => /\(([^()]*)\)$/.exec(f)![1]!));
  for (const cls of ['mov', 'lea', 'shift', 'imul', 'mul', 'div', 'cmov', 'jcc', 'push', 'pop', 'vmov', 'vint', 'vlogic', 'shuffle', 'fadd', 'fmul', 'fdiv', 'cvt', 'aes']) {
    assert.not.ok(classes.has(cls), `class ${cls}: ${forms.filter((f) => f.endsWith(`(${cls})`)).join('; ')}`);
  }
});

Prices('a line that is not understood is refused with its text', () => {
  const bad = (line: string): void => new PriceTable('bare', ['0'], [line]).check();
  assert.throws(() => bad('ADD p0 1'), /price line 'ADD p0 1'/);
  assert.throws(() => bad('ADD: p9 1'), /no port 9 for 'ADD: p9 1'/);
  assert.throws(() => bad('ADD: p0 1 quickly'), /'quickly' in price line/);
  assert.throws(() => bad('ADD: p0 0.3'), /0.3 cycles are no whole ticks/);
});

Prices('every line is understood, those that no form needs as well', () => {
  for (const table of [unitTable, skylakeTable, neoverseN1Table]) table.check();
});

Prices('every figure and every cache names its source', () => {
  for (const u of uarches) {
    for (const key of Object.keys(u.figures)) assert.ok(u.sources[key as keyof typeof u.sources].length > 3, `${u.name}: ${key}`);
    for (const [name, c] of Object.entries(u.caches)) assert.ok(c.source.length > 3, `${u.name}: ${name}`);
  }
});

Prices('skylake: slots as issued, with idioms, moves and indexed accesses', () => {
  const slots = (text: string): number[] => x86Insns(text).map((i) => workOf(skylake, i).slots);
  assert.equal(slots(`
    31 c0              xor %eax,%eax
    48 89 c8           mov %rcx,%rax
    48 03 03           add (%rbx),%rax
    48 03 04 0b        add (%rbx,%rcx),%rax
    48 01 03           add %rax,(%rbx)
    48 01 04 0b        add %rax,(%rbx,%rcx)
    48 89 04 0b        mov %rax,(%rbx,%rcx)
    c5 f8 58 04 0b     vaddps (%rbx,%rcx),%xmm0,%xmm0
    48 f7 f1           div %rcx
  `), [1, 1, 1, 1, 2, 3, 1, 2, 36]);
});

Prices.run();
