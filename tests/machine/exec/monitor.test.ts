/** The exclusive monitor of arm64: what takes a core's mark away between LDXR and STXR, and what leaves it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EM, PF } from '../../../isa/abi/elf.js';
import { arm64Isa } from '../../../isa/arm64/isa.js';
import { gprSlot } from '../../../isa/arm64/regs.js';
import { Bare } from '../../../machine/bare.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { everything } from '../../helpers/arm64/executors.js';
import { elfImage } from '../../helpers/elfImage.js';
import { codeAt, dataAt, machine } from './space.js';
const Monitor = suite('exclusive monitor');

const bytesOf = (words: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);
const load = 0x885f7c44; // LDXR W4, [X2]
const store = 0x88077c46; // STXR W7, W6, [X2]: W7 is 0 when it stored

/** Words for core 1, where X3 is X2 + distance, and whether the mark of core 0 is gone after them. */
const stores: readonly (readonly [string, readonly number[], number, boolean])[] = [
  ['STR W6, [X3]', [0xb9000066], 0, true],
  ['STRB W6, [X3] at the end of the granule', [0x39000066], 63, true],
  ['STR X6, [X3] before the granule', [0xf9000066], -8, false],
  ['STR X6, [X3] into it from before', [0xf9000066], -4, true],
  ['STR X6, [X3] behind it', [0xf9000066], 64, false],
  ['STP X6, X6, [X3] whose second half is in it', [0xa9001866], -8, true],
  ['STR Q6, [X3] whose second half is in it', [0x3d800066], -8, true],
  ['ST1 {V6.16B, V7.16B}, [X3] whose second register is in it', [0x4c00a066], -16, true],
  ['DC ZVA, X3', [0xd50b7423], 5, true],
  ['SWP W6, W6, [X3]', [0xb8268066], 8, true],
  ['LDADD X6, X6, [X3]', [0xf8260066], 16, true],
  ['CAS W6, W6, [X3]', [0x88a67c66], 0, true],
  ['LDXR W4, [X3] and STXR W7, W6, [X3]', [0x885f7c64, 0x88077c66], 4, true],
  ['STXR W7, W6, [X3] without a mark of its own', [0x88077c66], 4, false],
  ['LDR X6, [X3]', [0xf9400066], 0, false],
];

const svc = 0xd4000001;
const markAt = dataAt + 4096 + 128;

for (const [text, words, distance, gone] of stores) {
  Monitor(`a mark is ${gone ? 'gone' : 'there'} after another core's ${text}`, () => {
    const { engine, space } = machine(bytesOf([load, svc, store, svc, ...words, svc]), { cores: 2, isa: arm64Isa(everything) });
    engine.setSpace(1, { id: 2, pte: (vpn) => space.pte(vpn) }); // the same pages by way of another space
    const [one, other] = [engine.state(0), engine.state(1)];
    one.setNum(gprSlot(2), markAt);
    other.setNum(gprSlot(3), markAt + distance);
    const run = (core: number, pc: number): void => {
      engine.state(core).pc = pc;
      assert.is(engine.run(core, Infinity).reason, 'Syscall');
    };
    run(1, codeAt + 16); // its lookaside has the page by now
    run(0, codeAt);
    run(1, codeAt + 16);
    run(0, codeAt + 8);
    assert.is(one.num(gprSlot(7)), gone ? 1 : 0);
    run(0, codeAt + 8);
    assert.is(one.num(gprSlot(7)), 1, 'a mark is good for one store');
  });
}

Monitor('a mark sees stores by every address that its page was written by before', () => {
  const page = Math.floor(markAt / 4096);
  for (const before of [[], [0], [7], [0, 7], [7, 0], [7, 7 + 4096], [7, 9, 0]]) {
    for (const after of [0, 7, 9, 7 + 4096]) {
      const { engine, space } = machine(bytesOf([load, svc, store, svc, 0xb9000066, svc]), { cores: 2, isa: arm64Isa(everything) });
      engine.setSpace(1, { id: 2, pte: (vpn) => space.pte(vpn >= page ? page : vpn) }); // from there on all one page
      const run = (core: number, pc: number, register: number, away = 0): void => {
        engine.state(core).pc = pc;
        engine.state(core).setNum(gprSlot(register), markAt + 4096 * away);
        assert.is(engine.run(core, Infinity).reason, 'Syscall');
      };
      for (const away of before) run(1, codeAt + 16, 3, away);
      run(0, codeAt, 2);
      run(1, codeAt + 16, 3, after);
      run(0, codeAt + 8, 2);
      assert.is(engine.state(0).num(gprSlot(7)), 1, `written by ${before.join(', ')}, then by ${after}`);
    }
  }
});

const others: readonly (readonly [string, (m: ReturnType<typeof machine>) => void, boolean])[] = [
  ['the kernel writes to the page', ({ space }) => space.write(markAt + 1024, Uint8Array.of(1)), true],
  ['the page loses its frame', ({ engine, space }) => engine.shootdown(space, Math.floor(markAt / 4096), 1), true],
  ['another page loses its frame', ({ engine, space }) => engine.shootdown(space, Math.floor(markAt / 4096) + 1, 3), false],
  ['the core returns from an exception', ({ engine }) => engine.state(0).clearMonitor(), true],
  ['decoded code and lookasides are dropped', ({ engine }) => engine.flushAll(), false],
  ['all registers are saved and put back', ({ engine }) => (engine.state(0).loadAll(engine.state(0).saveAll()), engine.flushAll()), false],
];

for (const [text, happens, gone] of others) {
  Monitor(`a mark is ${gone ? 'gone' : 'there'} after ${text}`, () => {
    const m = machine(bytesOf([load, store]), { isa: arm64Isa(everything) });
    const core = m.engine.state(0);
    core.setNum(gprSlot(2), markAt);
    assert.not(m.engine.step(0));
    happens(m);
    assert.not(m.engine.step(0));
    assert.is(core.num(gprSlot(7)), gone ? 1 : 0);
  });
}

Monitor('a store-exclusive to another address or of another size fails', () => {
  for (const [word, distance] of [[store, 4], [0x08077c46, 0], [0xc8077c46, 0]] as const) {
    const { engine } = machine(bytesOf([load, word]), { isa: arm64Isa(everything) });
    engine.state(0).setNum(gprSlot(2), markAt);
    engine.step(0);
    engine.state(0).setNum(gprSlot(2), markAt + distance);
    engine.step(0);
    assert.is(engine.state(0).num(gprSlot(7)), 1);
  }
});

/** X0 is the core's number. Core 0 marks a word of a page that nobody has written, core 1 writes it between, and core 0 stores. */
const unwritten = [
  0xd2a00c02, // MOVZ X2, #0x60, LSL #16
  0x91400843, // ADD X3, X2, #2, LSL #12: another page, for signs
  0xb5000160, // CBNZ X0, other
  load,
  0x52800025, // MOV W5, #1
  0xb9000065, // STR W5, [X3]
  0xb9400065, 0x710008bf, 0x54ffffc1, // LDR W5, [X3]; CMP W5, #2; B.NE .-8
  0x528000a6, // MOV W6, #5
  store,
  0xb9400048, // LDR W8, [X2]
  0xd4400000, // HLT #0
  0xb9400065, 0x710004bf, 0x54ffffc1, // other: LDR W5, [X3]; CMP W5, #1; B.NE .-8
  0x52800126, // MOV W6, #9
  0xb9000046, // STR W6, [X2]
  0x52800045, // MOV W5, #2
  0xb9000065, // STR W5, [X3]
  0xd4400000, // HLT #0
];

Monitor('the first store to a page gives it a frame of its own and takes the marks on it away', () => {
  const image = elfImage({ machine: EM.AARCH64, pieces: [{ flags: PF.R | PF.X, vaddr: codeAt, bytes: bytesOf(unwritten) }, { flags: PF.R | PF.W, vaddr: dataAt, bytes: new Uint8Array(0), memBytes: 3 * 4096 }] });
  const m = new Machine({ arch: 'arm64', cpu: 'base', cores: 2, memoryBytes: 2 ** 22 }, new MemoryHost(), (parts) => new Bare(parts));
  m.load(image, []);
  assert.is(m.run(), 'exit', m.stopMessage);
  assert.equal([m.core(0).num(gprSlot(7)), m.core(0).num(gprSlot(8))], [1, 9]);
});

Monitor('a system call takes the mark away', () => {
  const code = [
    0xd10103e2, // SUB X2, SP, #64
    load,
    0xd2801588, svc, // MOV X8, #172: getpid
    0x88007c44, // STXR W0, W4, [X2]
    0xd2800bc8, svc, // MOV X8, #94: exit_group
  ];
  const m = new Machine({ arch: 'arm64', cpu: 'base', memoryBytes: 2 ** 22 }, new MemoryHost());
  m.load(elfImage({ machine: EM.AARCH64, pieces: [{ flags: PF.R | PF.X, vaddr: codeAt, bytes: bytesOf(code) }] }), ['program']);
  assert.is(m.run(), 'exit', m.stopMessage);
  assert.is(m.exitStatus, 1);
});

Monitor.run();
