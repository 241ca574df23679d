/** Text of real Go arm64 images against objdump of binutils: every word of their code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decode } from '../../../isa/arm64/decode.js';
import { encodeRow } from '../../../isa/arm64/encode.js';
import { printGnu } from '../../../isa/arm64/printGnu.js';
import { isFault } from '../../../isa/isa.js';
import { bytesOf } from '../../helpers/arm64/cases.js';
import { has } from '../../helpers/oracle.js';
import { root } from '../../helpers/root.js';
import { goCommands } from '../../helpers/toolchain.js';

const Text = suite('arm64 text');
const objdump = 'aarch64-linux-gnu-objdump';

/** Data among the code: SVE, which is not there, and words that are no instruction. */
const noInstruction = /^\.inst|\bz\d+\.|\bp\d+[./]/;
/** objdump names the symbol of an address; the address itself is what is compared. */
const plain = (text: string): string => text.replace(/ <[^>]*(>|$)/g, '').replace(/\s+/g, ' ').trim();

const images: readonly (readonly [string, readonly string[]])[] = [
  ['gofmt', ['build', '-o', 'OUT', 'cmd/gofmt']],
  ['json', ['build', '-o', 'OUT', join(root, 'tests/programs/go/mixed.go')]],
];

for (const [version, go] of goCommands) {
  for (const [name, words] of images) {
    Text(`${name} of ${version}`, () => {
      if (!has(objdump)) return console.log(`skipped: no ${objdump}`);
      const folder = mkdtempSync(join(tmpdir(), 'rt0-arm64-text-'));
      try {
        const image = join(folder, name);
        const built = spawnSync(go, words.map((w) => (w === 'OUT' ? image : w)), { env: { ...process.env, GOARCH: 'arm64', CGO_ENABLED: '0', GOFLAGS: '' }, encoding: 'utf8' });
        assert.is(built.status, 0, built.stderr);
        const listing = spawnSync(objdump, ['-d', image], { encoding: 'utf8', maxBuffer: 1 << 30 }).stdout;
        let compared = 0;
        const wrong: string[] = [];
        for (const line of listing.split('\n')) {
          const m = /^ *([0-9a-f]+):\t([0-9a-f]{8}) \t(.*)$/.exec(line);
          if (!m || noInstruction.test(m[3]!)) continue;
          compared++;
          const [pc, word] = [parseInt(m[1]!, 16), parseInt(m[2]!, 16)];
          const d = decode(bytesOf(word), 0, pc);
          const got = isFault(d) ? d : plain(printGnu(d));
          if (got !== plain(m[3]!)) wrong.push(`${m[2]}: ${plain(m[3]!)} / ${got}`);
          else if (!isFault(d) && encodeRow(d.row, d.ops, pc) !== word && !/^(ld|st)[al]*x/.test(m[3]!)) wrong.push(`${m[2]}: encodes as ${encodeRow(d.row, d.ops, pc)?.toString(16)}`);
        }
        console.log(`${compared} instructions`);
        assert.equal(wrong.slice(0, 20), []);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
}
if (goCommands.size === 0) console.log('arm64 text: skipped, no Go');

Text.run();
