import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GPR, gprSlot } from '../../../isa/x86/regs.js';
import type { Engine } from '../../../machine/exec/engine.js';
import { frameBytes, Pte } from '../../../machine/memory/ram.js';
import { Random } from '../../helpers/random.js';
import { codeAt, dataAt, hex, machine, TestSpace } from './space.js';

const Run = suite('engine');
const reg = (e: Engine, name: keyof typeof GPR): bigint => e.state(0).get64(gprSlot(GPR[name]));
const set = (e: Engine, name: keyof typeof GPR, v: number | bigint): void => e.state(0).set64(gprSlot(GPR[name]), BigInt(v));

/** EAX = 0, ECX = n; L: RAX += RCX; RCX -= 1; JNE L; SYSCALL */
const sumTo = (n: number): string => `b8 00000000 b9 ${[0, 8, 16, 24].map((s) => ((n >> s) & 255).toString(16).padStart(2, '0')).join('')} 4801c8 4883e901 75f7 0f05`;

Run('a loop sums, and each instruction takes one cycle', () => {
  const { engine } = machine(sumTo(1000));
  const stop = engine.run(0, Infinity);
  assert.is(stop.reason, 'Syscall');
  assert.is(stop.pc, codeAt + 21);
  assert.is(engine.state(0).pc, codeAt + 21);
  assert.is(reg(engine, 'RAX'), 500500n);
  assert.is(engine.state(0).instructions, 2 + 3 * 1000 + 1);
  assert.is(engine.state(0).ticks, 48 * (2 + 3 * 1000 + 1));
});

Run('a limit is honoured at the end of a block, in grain insn after the instruction', () => {
  const block = machine(sumTo(1000));
  assert.is(block.engine.run(0, 48 * 7).reason, 'Limit');
  assert.is(block.engine.state(0).ticks, 48 * 8); // 5 in the first block, 3 in the second
  assert.is(block.engine.state(0).pc, codeAt + 10);
  const insn = machine(sumTo(1000), { grain: 'insn' });
  assert.is(insn.engine.run(0, 48 * 7).reason, 'Limit');
  assert.is(insn.engine.state(0).ticks, 48 * 7);
  assert.is(insn.engine.state(0).pc, codeAt + 17);
});

Run('runs cut at any limit end as one run does', () => {
  const whole = machine(sumTo(300));
  whole.engine.run(0, Infinity);
  for (const grain of ['block', 'insn'] as const) {
    const cut = machine(sumTo(300), { grain });
    const r = new Random(5);
    let stop;
    do stop = cut.engine.run(0, cut.engine.state(0).ticks + r.below(48 * 40));
    while (stop.reason === 'Limit');
    assert.equal(cut.engine.state(0).saveAll(), whole.engine.state(0).saveAll());
  }
});

Run('stepping and then continuing costs what continuing costs', () => {
  const whole = machine(sumTo(50));
  whole.engine.run(0, Infinity);
  for (let steps = 0; steps < 12; steps++) {
    const m = machine(sumTo(50));
    for (let i = 0; i < steps; i++) assert.not(m.engine.step(0));
    assert.is(m.engine.state(0).instructions, steps);
    m.engine.run(0, Infinity);
    assert.equal(m.engine.state(0).saveAll(), whole.engine.state(0).saveAll());
  }
});

Run('a load from an absent page stops with its address, before the instruction, and runs again', () => {
  // INC EAX; MOV RBX, [RSI]; INC EAX; SYSCALL
  const { engine, space } = machine('ffc0 488b1e ffc0 0f05');
  set(engine, 'RSI', 0x700ff8);
  let stop = engine.run(0, Infinity);
  assert.equal([stop.reason, stop.pc, stop.va, stop.access], ['PageFault', codeAt + 2, 0x700ff8, 'read']);
  assert.is(engine.state(0).instructions, 1);
  assert.is(reg(engine, 'RAX'), 1n);
  space.map(0x700000, frameBytes, Pte.R | Pte.W);
  space.write(0x700ff8, hex('0807060504030201'));
  stop = engine.run(0, Infinity);
  assert.is(stop.reason, 'Syscall');
  assert.is(reg(engine, 'RBX'), 0x0102030405060708n);
  assert.is(reg(engine, 'RAX'), 2n);
  assert.is(engine.state(0).instructions, 4);
});

Run('a store across two pages faults at the second and writes nothing', () => {
  const { engine, space, ram } = machine('488906 0f05'); // MOV [RSI], RAX
  space.map(0x700000, frameBytes, Pte.R | Pte.W);
  set(engine, 'RSI', 0x700ffd);
  set(engine, 'RAX', 0x1122334455667788n);
  const stop = engine.run(0, Infinity);
  assert.equal([stop.reason, stop.va, stop.access], ['PageFault', 0x701000, 'write']);
  assert.is(ram.u8[space.host(0x700ffd)], 0);
  space.map(0x701000, frameBytes, Pte.R | Pte.W);
  assert.is(engine.run(0, Infinity).reason, 'Syscall');
  assert.equal([...ram.u8.subarray(space.host(0x700ffd), space.host(0x700ffd) + 3)], [0x88, 0x77, 0x66]);
  assert.equal([...ram.u8.subarray(space.host(0x701000), space.host(0x701000) + 5)], [0x55, 0x44, 0x33, 0x22, 0x11]);
});

Run('read-modify-write across two pages', () => {
  const { engine, space, ram } = machine('480106 480106 0f05'); // ADD [RSI], RAX twice
  set(engine, 'RSI', dataAt + frameBytes - 3);
  set(engine, 'RAX', 0x0101010101010101n);
  assert.is(engine.run(0, Infinity).reason, 'Syscall');
  for (let i = -4; i < 6; i++) assert.is(ram.u8[space.host(dataAt + frameBytes + i)], i >= -3 && i < 5 ? 2 : 0, `byte ${i}`);
});

Run('a read-only page loads but does not store; taking the right away needs a shootdown', () => {
  const { engine, space } = machine('488b06 488906 ebf8'); // L: MOV RAX, [RSI]; MOV [RSI], RAX; JMP L
  set(engine, 'RSI', dataAt);
  assert.is(engine.run(0, 48 * 300).reason, 'Limit');
  space.protect(dataAt, Pte.R);
  engine.shootdown(space, dataAt / frameBytes, 1);
  const stop = engine.run(0, Infinity);
  assert.equal([stop.reason, stop.pc, stop.va, stop.access], ['PageFault', codeAt + 3, dataAt, 'write']);
});

Run('non-canonical addresses are protection faults', () => {
  const { engine } = machine('488b06 0f05');
  set(engine, 'RSI', 0x0000800000000000n);
  assert.is(engine.run(0, Infinity).reason, 'Protection');
  set(engine, 'RSI', 0xffff7fffffffffffn);
  assert.is(engine.run(0, Infinity).reason, 'Protection');
});

Run('the kernel\'s half of the address space is page faults, as negative addresses', () => {
  const { engine } = machine('488b06 0f05');
  for (const at of [0xffff800000000000n, 0xffffffff81000123n, 0xffffffffffffffffn]) {
    set(engine, 'RSI', at);
    const stop = engine.run(0, Infinity);
    assert.equal([stop.reason, BigInt.asUintN(64, BigInt(stop.va))], ['PageFault', at]);
  }
});

Run('fetching from a page that is absent or not executable faults there', () => {
  const { engine } = machine('ffe6'); // JMP RSI
  set(engine, 'RSI', dataAt + 5);
  const stop = engine.run(0, Infinity);
  assert.equal([stop.reason, stop.pc, stop.va, stop.access], ['PageFault', dataAt + 5, dataAt + 5, 'exec']);
  assert.is(engine.state(0).instructions, 1);
});

Run('an instruction that straddles pages is a block of its own; its second page faults by its own address', () => {
  const code = new Uint8Array(frameBytes).fill(0x90);
  code.set(hex('48b8 000102'), frameBytes - 5); // MOVABS RAX, …
  const { engine, space } = machine(code);
  engine.state(0).pc = codeAt + frameBytes - 7;
  const stop = engine.run(0, Infinity);
  assert.equal([stop.reason, stop.pc, stop.va, stop.access], ['PageFault', codeAt + frameBytes - 5, codeAt + frameBytes, 'exec']);
  assert.is(engine.state(0).instructions, 2);
  space.map(codeAt + frameBytes, frameBytes, Pte.R | Pte.X);
  space.write(codeAt + frameBytes, hex('0304050607 0f05'));
  assert.is(engine.run(0, Infinity).reason, 'Syscall');
  assert.is(reg(engine, 'RAX'), 0x0706050403020100n);
});

Run('a trap leaves pc at the instruction, a system call after it', () => {
  const reasons: [string, string][] = [['0f0b', 'Undefined'], ['cc', 'Breakpoint'], ['f4', 'Halt'], ['fa', 'Protection'], ['06', 'Undefined']];
  for (const [code, reason] of reasons) {
    const { engine } = machine(`90 ${code}`);
    const stop = engine.run(0, Infinity);
    assert.equal([stop.reason, stop.pc], [reason, codeAt + 1]);
  }
  const { engine } = machine('31d2 b805000000 31c9 f7f1'); // DIV ECX by zero
  const stop = engine.run(0, Infinity);
  assert.equal([stop.reason, stop.pc], ['Divide', codeAt + 9]);
  assert.is(engine.state(0).instructions, 3);
});

Run('an instruction without semantics stops by name', () => {
  const { engine } = machine('90 d9f0'); // F2XM1
  const stop = engine.run(0, Infinity);
  assert.equal([stop.reason, stop.pc, stop.row?.form], ['Unimplemented', codeAt + 1, 'F2XM1']);
});

Run('a store into the block that runs takes effect at the next instruction', () => {
  // MOV BYTE [RIP+1], 5 ; MOV AL, 1 ; SYSCALL: the store changes the immediate after it
  const { engine, space } = machine('c60501000000 05 b001 0f05'.replace(' 05 ', '05 '));
  space.protect(codeAt, Pte.R | Pte.W | Pte.X);
  const stop = engine.run(0, Infinity);
  assert.is(stop.reason, 'Syscall');
  assert.is(reg(engine, 'RAX') & 0xffn, 5n);
  assert.is(engine.state(0).instructions, 3);
});

Run('code that patches itself again and again', () => {
  // L: ADD EAX, 1 (imm at +2); INC BYTE [RIP-7]; SUB ECX, 1; JNE L; SYSCALL
  const { engine, space } = machine('83c001 fe05f9ffffff 83e901 75f2 0f05');
  space.protect(codeAt, Pte.R | Pte.W | Pte.X);
  set(engine, 'RCX', 20);
  assert.is(engine.run(0, Infinity).reason, 'Syscall');
  assert.is(reg(engine, 'RAX'), 210n);
  assert.is(engine.state(0).instructions, 81);
});

Run('code written through another address of its frame', () => {
  const { engine, space } = machine('b001 c60602 ebf9'); // L: MOV AL, 1; MOV BYTE [RSI], 2; JMP L
  space.pages.set(0x700, (space.pte(codeAt / frameBytes) & ~255) | Pte.R | Pte.W);
  set(engine, 'RSI', 0x700001);
  engine.run(0, 48 * 3);
  assert.is(reg(engine, 'RAX'), 1n);
  engine.run(0, 48 * 6);
  assert.is(reg(engine, 'RAX'), 2n);
});

Run('code that the kernel writes is decoded anew', () => {
  const { engine, space } = machine('b001 0f05');
  engine.run(0, Infinity);
  space.write(codeAt + 1, hex('07'));
  engine.state(0).pc = codeAt;
  engine.run(0, Infinity);
  assert.is(reg(engine, 'RAX'), 7n);
});

Run('dead flags are there again when an instruction in between faults', () => {
  // ADD AL, 1 ; MOV RBX, [RSI] ; ADD AL, 1: the first sum's flags are overwritten, but the load may stop
  const { engine } = machine('0401 488b1e 0401 0f05');
  set(engine, 'RAX', 0xff);
  set(engine, 'RSI', 0x700000);
  assert.is(engine.run(0, Infinity).reason, 'PageFault');
  assert.is(engine.state(0).rflags & 0x41, 0x41); // ZF and CF
});

Run('random flushes change nothing', () => {
  const want = machine(sumTo(2000));
  want.engine.run(0, Infinity);
  const m = machine(sumTo(2000), { grain: 'insn' });
  const r = new Random(9);
  let stop;
  do {
    stop = m.engine.run(0, m.engine.state(0).ticks + r.below(48 * 500));
    if (r.below(3) === 0) m.engine.flushAll();
  } while (stop.reason === 'Limit');
  assert.equal(m.engine.state(0).saveAll(), want.engine.state(0).saveAll());
});

Run('cores share memory and keep their own registers', () => {
  const { engine, ram, space } = machine('f0480fc106 0f05', { cores: 2 }); // LOCK XADD [RSI], RAX
  for (const core of [0, 1]) {
    engine.state(core).set64(gprSlot(GPR.RSI), BigInt(dataAt));
    engine.state(core).set64(gprSlot(GPR.RAX), BigInt(core + 5));
  }
  engine.run(0, Infinity);
  engine.run(1, Infinity);
  assert.is(ram.u8[space.host(dataAt)], 11);
  assert.is(engine.state(1).get64(gprSlot(GPR.RAX)), 5n);
  assert.is(engine.state(0).instructions, 2);
});

Run('write tracking marks frames again after trackWrites', () => {
  const { engine, ram, space } = machine('880e ebfc'); // L: MOV [RSI], CL; JMP L
  set(engine, 'RSI', dataAt);
  engine.run(0, 480);
  const frame = space.host(dataAt) / frameBytes;
  ram.written.fill(0);
  engine.run(0, 960);
  assert.is(ram.written[frame], 0);
  engine.trackWrites();
  engine.run(0, 1440);
  assert.is(ram.written[frame], 1);
});

Run('a record area that fills again and again changes nothing', () => {
  const code = `b908000000 ${'eb00'.repeat(60)} 83e901 0f857fffffff 0f05`; // MOV ECX, 8; L: 60 jumps; SUB ECX, 1; JNE L; SYSCALL
  const want = machine(code);
  want.engine.run(0, Infinity);
  const small = machine(code, { recordBytes: 4096 });
  assert.is(small.engine.run(0, Infinity).reason, 'Syscall');
  assert.equal(small.engine.state(0).saveAll(), want.engine.state(0).saveAll());
  assert.ok(small.engine.code.drops > 10, `${small.engine.code.drops}`);
});

Run('stepping through a record area that fills again and again tells where each instruction is', () => {
  const code = `b902000000 ${'eb00'.repeat(60)} 83e901 0f857fffffff 0f05`; // MOV ECX, 2; L: 60 jumps; SUB ECX, 1; JNE L; SYSCALL
  const [want, small] = [machine(code), machine(code, { recordBytes: 4096 })];
  const pcs = ({ engine }: typeof want): number[] => {
    const found: number[] = [];
    while (!engine.step(0)) found.push(engine.state(0).pc);
    return found;
  };
  assert.equal(pcs(small), pcs(want));
  assert.is(small.engine.state(0).ticks, want.engine.state(0).ticks);
  assert.ok(small.engine.code.drops > 10, `${small.engine.code.drops}`);
});

Run('two address spaces hold different code at one address', () => {
  const { engine, space, ram } = machine('b801000000 ffe6', { cores: 2 }); // MOV EAX, 1; JMP RSI
  const other = new TestSpace(ram, 2);
  other.map(codeAt, frameBytes, Pte.R | Pte.X);
  other.write(codeAt, hex('b802000000 ffe6'));
  const both = [space, other];
  both.forEach((s, core) => {
    s.write(codeAt + 0x100, hex(core === 0 ? '83c010 0f05' : '83c020 0f05')); // ADD EAX, …; SYSCALL
    engine.setSpace(core, s);
    engine.state(core).set64(gprSlot(GPR.RSI), BigInt(codeAt + 0x100));
  });
  for (let round = 0; round < 2; round++) {
    // the second round finds the indirect target by the hash, which has room for one of the two
    for (const core of [0, 1]) {
      engine.state(core).pc = codeAt;
      assert.is(engine.run(core, Infinity).reason, 'Syscall');
      assert.is(engine.state(core).get64(gprSlot(GPR.RAX)), core === 0 ? 0x11n : 0x22n);
    }
  }
  // a task of the other space on this core
  engine.setSpace(0, other);
  engine.state(0).pc = codeAt;
  engine.run(0, Infinity);
  assert.is(engine.state(0).get64(gprSlot(GPR.RAX)), 0x22n);
});

Run('a page of code that is unmapped and mapped anew is decoded anew', () => {
  const { engine, space } = machine('b001 0f05');
  engine.run(0, Infinity);
  space.pages.delete(codeAt / frameBytes);
  engine.shootdown(space, codeAt / frameBytes, 1);
  engine.state(0).pc = codeAt;
  assert.is(engine.run(0, Infinity).reason, 'PageFault');
  space.map(codeAt, frameBytes, Pte.R | Pte.X);
  space.write(codeAt, hex('b002 0f05'));
  assert.is(engine.run(0, Infinity).reason, 'Syscall');
  assert.is(reg(engine, 'RAX') & 0xffn, 2n);
});

Run('a block ends with its 32nd instruction, and with its page', () => {
  const long = machine(new Uint8Array(64).fill(0x90)); // NOP
  long.engine.run(0, 1);
  assert.is(long.engine.state(0).instructions, 32);
  const edge = machine(new Uint8Array(2 * frameBytes).fill(0x90));
  edge.engine.state(0).pc = codeAt + frameBytes - 5;
  edge.engine.run(0, 1);
  assert.is(edge.engine.state(0).pc, codeAt + frameBytes);
});

Run('the clock that RDTSC reads counts the instructions before it', () => {
  const { engine } = machine('9090 0f31 89c6 0f31 0f05'); // RDTSC; MOV ESI, EAX; RDTSC
  engine.run(0, Infinity);
  assert.is(reg(engine, 'RSI'), 2n);
  assert.is(reg(engine, 'RAX'), 4n);
});

Run.run();
