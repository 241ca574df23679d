/** `rt0 core`: what is in the file, and what it does not write. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EM, PT, readElf } from '../../../isa/abi/elf.js';
import { root } from '../../helpers/root.js';
const Core = suite('command core');

const folder = mkdtempSync(join(tmpdir(), 'rt0-core-'));
Core.after(() => rmSync(folder, { recursive: true }));
const core = (...words: string[]): { status: number | null; err: string } => {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), 'core', ...words], { encoding: 'utf8', cwd: root });
  return { status: r.status, err: r.stderr };
};

for (const [arch, machine, status, words] of [['amd64', EM.X86_64, 336, [19, 16]], ['arm64', EM.AARCH64, 392, [31, 32]]] as const) {
  Core(`has threads' registers and the memory they are in, ${arch}`, () => {
    const file = join(folder, arch);
    assert.equal(core('--arch', arch, '--cores', '2', '-o', file, 'programs/boot2@150000'), { status: 0, err: '' });
    const bytes = new Uint8Array(readFileSync(file));
    const elf = readElf(bytes);
    assert.equal([elf.type, elf.machine], [4, machine]);
    const notes = elf.segments.filter((s) => s.type === PT.NOTE);
    assert.is(notes.length, 1);
    const dv = new DataView(bytes.buffer);
    const threads: { sp: number; pc: number }[] = [];
    for (let at = notes[0]!.offset, end = at + notes[0]!.fileBytes; at < end; at += 20 + Math.ceil(dv.getUint32(at + 4, true) / 4) * 4) {
      if (dv.getUint32(at + 8, true) !== 1) continue;
      assert.is(dv.getUint32(at + 4, true), status);
      const word = (n: number): number => Number(dv.getBigUint64(at + 20 + 112 + 8 * n, true));
      threads.push({ sp: word(words[0]), pc: word(words[1]) });
    }
    assert.ok(threads.length >= 2, `${threads.length} threads`);
    const inside = (address: number, flag: number): boolean => elf.segments.some((s) => s.type === PT.LOAD && (s.flags & flag) !== 0 && address >= s.vaddr && address < s.vaddr + s.fileBytes);
    for (const { sp, pc } of threads) assert.ok(inside(sp, 2) && inside(pc, 1), `sp ${sp.toString(16)} pc ${pc.toString(16)}`);
    assert.ok(elf.segments.every((s) => s.offset + s.fileBytes <= bytes.length));
  });
}

Core('refuses what it cannot do, and writes nothing', () => {
  const file = join(folder, 'none');
  assert.equal(core('-o', file, 'programs/hello'), { status: 2, err: 'rt0: core takes FILE@CYCLE, not programs/hello\n' });
  assert.equal(core('programs/hello@1'), { status: 2, err: 'rt0: core: -o CORE says where the core file goes\n' });
  assert.match(core('-o', file, 'programs/hello@1000000000').err, /programs\/hello: it has ended by cycle \d+\n$/);
  assert.not(existsSync(file));
});

Core.run();
