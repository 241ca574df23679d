/** `rt0 addr2line` as a user runs it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rt0 as command } from '../../../machine/command/rt0.js';
import { root } from '../../helpers/root.js';
const Addr2line = suite('rt0 addr2line');

const folder = mkdtempSync(join(tmpdir(), 'rt0-addr2line-'));
Addr2line.after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'two.s'), 'TEXT _rt0_amd64_linux(SB), 4, $0\n\tCALL f(SB)\n\tRET\nTEXT f(SB), 4, $0\n\tINCQ AX\n\tRET\n');

function rt0(args: readonly string[], input = ''): { status: number | null; out: string; err: string } {
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...args], { input, encoding: 'utf8', cwd: folder });
  return { status: r.status, out: r.stdout, err: r.stderr };
}

Addr2line('prints a line an address, with the address and the function when asked to', () => {
  const listing = rt0(['objdump', '-l', 'two.s']).out.split('\n');
  const at = /0x[0-9a-f]+/.exec(listing.find((l) => l.includes('INCQ'))!)![0];
  const place = `${folder}/two.s:5`;
  assert.equal(rt0(['addr2line', '-e', 'two.s', at, at.slice(2), '0']), { status: 0, out: `${place}\n${place}\n??:0\n`, err: '' });
  const address = `0x${at.slice(2).padStart(16, '0')}`;
  assert.is(rt0(['addr2line', '-afi', '-e', 'two.s', at]).out, `${address}\nf\n${place}\n`);
  assert.is(rt0(['addr2line', '-f', '-e', 'two.s'], `${at}\n 1\n`).out, `f\n${place}\n??\n??:0\n`);
});

Addr2line('says what is wrong with its words or its file', async () => {
  const refused = async (...words: string[]): Promise<{ status: number; err: string }> => {
    let err = '';
    const status = await command(['addr2line', ...words], (text) => (err += text));
    return { status, err };
  };
  assert.equal(await refused('1'), { status: 2, err: 'rt0: addr2line: which image? -e FILE\n' });
  assert.equal(await refused('-e', 'x', 'main'), { status: 2, err: 'rt0: addr2line: main is no address in hexadecimal\n' });
  assert.equal(await refused('-e', join(folder, 'none'), '1'), { status: 1, err: `rt0: ${folder}/none: no such file\n` });
  writeFileSync(join(folder, 'text'), 'no image');
  assert.equal(await refused('-e', join(folder, 'text'), '1'), { status: 1, err: `rt0: ${folder}/text: not an ELF file\n` });
});

Addr2line.run();
