import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ElfError, ET, PF, PT } from '../../../isa/abi/elf.js';
import { AT_ } from '../../../isa/abi/linux.js';
import { load, type Loaded, type LoadOptions } from '../../../machine/kernel/loader.js';
import type { AddressSpace } from '../../../machine/kernel/vm.js';
import { elfImage, type ImageOptions } from '../../helpers/elfImage.js';
import { newSpace } from '../../helpers/space.js';
const Loader = suite('loader');

const options: LoadOptions = {
  arch: 'amd64', argv: ['prog', 'one', 'zwö'], env: ['A=1', 'B=2'], path: '/bin/prog', random: new Uint8Array(16).fill(7),
  hwcap: 0x178bfbff, hwcap2: 2, platform: 'x86_64', uid: 1000, gid: 100,
};
const text = { flags: PF.R | PF.X, vaddr: 0x401000, bytes: new Uint8Array(0x20).fill(0x90) };
const data = { flags: PF.R | PF.W, vaddr: 0x402f00, bytes: new Uint8Array(0x80).fill(5), memBytes: 0x2200 };
const image: ImageOptions = { pieces: [text, data] };

function loaded(what: ImageOptions, more: Partial<LoadOptions> = {}): { space: AddressSpace; result: Loaded } {
  const { space, spaces } = newSpace();
  return { space, result: load(spaces, space, elfImage(what), { ...options, ...more }) };
}
const word = (space: AddressSpace, at: number): number => Number(space.copy.readU64(at));
const textAt = (space: AddressSpace, at: number): string => Buffer.from(space.copy.readCString(at) as Uint8Array).toString();

Loader('segments have their bytes and rights, and memory beyond the file reads zero', () => {
  const { space, result } = loaded(image);
  assert.is(result.entry, 0x401000);
  assert.is(space.copy.readU8(0x40101f), 0x90);
  assert.is(space.fault(0x401000, 'exec'), undefined);
  assert.is(space.fault(0x401000, 'write'), 'accerr');
  assert.is(space.fault(0x402f00, 'exec'), 'accerr');
  assert.is(space.copy.readU8(0x402f7f), 5);
  for (const at of [0x402f80, 0x402fff, 0x403000, 0x4050ff]) assert.is(space.copy.readU8(at), 0);
  assert.ok(space.copy.writeBytes(0x405000, Uint8Array.of(1)));
  assert.is(space.copy.readU8(0x406000), undefined);
  assert.is(space.brk(0), 0x406000, 'the heap starts behind the last page');
});

Loader('the stack holds argc, argv, envp and the auxiliary vector as the ABI says', () => {
  const { space, result } = loaded(image);
  const { sp } = result;
  assert.is(sp % 16, 0);
  assert.is(word(space, sp), 3);
  assert.equal([1, 2, 3].map((i) => textAt(space, word(space, sp + 8 * i))), ['prog', 'one', 'zwö']);
  assert.is(word(space, sp + 32), 0);
  assert.equal([5, 6].map((i) => textAt(space, word(space, sp + 8 * i))), ['A=1', 'B=2']);
  assert.is(word(space, sp + 56), 0);
  const aux = new Map<number, number>();
  for (let at = sp + 64; ; at += 16) {
    aux.set(word(space, at), word(space, at + 8));
    if (word(space, at) === AT_.NULL) break;
  }
  assert.equal([AT_.PAGESZ, AT_.ENTRY, AT_.PHNUM, AT_.PHENT, AT_.BASE, AT_.UID, AT_.EGID, AT_.SECURE, AT_.CLKTCK, AT_.HWCAP, AT_.HWCAP2].map((k) => aux.get(k)), [4096, 0x401000, 2, 56, 0, 1000, 100, 0, 100, 0x178bfbff, 2]);
  assert.is(textAt(space, aux.get(AT_.EXECFN)!), '/bin/prog');
  assert.is(textAt(space, aux.get(AT_.PLATFORM)!), 'x86_64');
  assert.equal(space.copy.readBytes(aux.get(AT_.RANDOM)!, 16), options.random);
  const first = word(space, sp + 8);
  assert.is(word(space, sp + 16), first + 5, 'argument strings follow each other');
});

Loader('at least 64 KiB below the stack pointer can be used, and 8 MiB in all', () => {
  const { space, result } = loaded(image);
  assert.is(space.areas.at(result.sp - 65536)?.name, '[stack]');
  assert.is(space.fault(result.sp - 65536, 'write'), undefined);
  assert.is(space.fault(0x7ffffffff000 - 8 * 2 ** 20, 'write'), undefined);
  assert.is(space.fault(0x7ffffffff000 - 8 * 2 ** 20 - 1, 'write'), 'maperr');
});

Loader('the stack is executable only when the image asks for it', () => {
  const asks = (flags: number): ImageOptions => ({ pieces: [...image.pieces, { type: PT.GNU_STACK, flags, vaddr: 0, bytes: new Uint8Array(0) }] });
  const fetch = (what: ImageOptions): unknown => {
    const { space, result } = loaded(what);
    return space.fault(result.sp, 'exec');
  };
  assert.is(fetch(image), 'accerr');
  assert.is(fetch(asks(PF.R | PF.W)), 'accerr');
  assert.is(fetch(asks(PF.R | PF.W | PF.X)), undefined);
});

Loader('a position-independent program is moved up, with its entry and headers', () => {
  const pie = { type: ET.DYN, pieces: [{ ...text, vaddr: 0x1000 }, { ...data, vaddr: 0x2f00 }] };
  const { space, result } = loaded(pie);
  assert.is(result.entry, 0x555555554000);
  assert.is(space.copy.readU8(0x555555555f7f), 5);
  assert.is(space.fault(0x1000, 'read'), 'maperr');
});

Loader('segments that share a page show what the file has there', () => {
  const { space } = loaded({ pieces: [text, { flags: PF.R | PF.W, vaddr: 0x401800, bytes: new Uint8Array(16).fill(8) }] });
  assert.is(space.copy.readU8(0x401800), 8);
  assert.is(space.fault(0x401000, 'write'), undefined, 'the later segment decides the rights');
});

Loader('arguments beyond a quarter of the stack limit are refused', () => {
  assert.throws(() => loaded(image, { argv: ['x'.repeat(2 ** 21)] }), (e: unknown) => e instanceof ElfError && /^arguments and environment take \d+ bytes/.test(e.message));
});

Loader.run();
