/**
 * Measurements and tables by others that the project does not contain: found in `shared/reference` beside the checkout,
 * on machines that have it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import { decode as decodeA64 } from '../../isa/arm64/decode.js';
import { decode as decodeX86 } from '../../isa/x86/decode.js';
import { root } from './root.js';

/** Where the file `name` is expected, and where it is for a worktree one folder deeper. */
export const referencePaths = (name: string): string[] => ['..', '../..'].map((up) => join(root, up, 'shared/reference', name));

/** The path of a reference file; undefined, with a line that says so, when this machine lacks it. */
export function reference(test: string, name: string): string | undefined {
  const path = referencePaths(name).find((p) => existsSync(p));
  if (path === undefined) console.log(`${test}: skipped, no ${referencePaths(name)[0]}`);
  return path;
}

/** Rows of a reference table of tab-separated columns. */
export const tableRows = (path: string): string[][] => readFileSync(path, 'utf8').split('\n').filter((l) => l !== '' && !l.startsWith('#')).slice(1).map((l) => l.split('\t'));

/**
 * Lines of assembly as decoded instructions, one each; undefined where the assembler refuses one. `prefix`: of the binutils.
 */
export function assembled(isa: 'amd64' | 'arm64', lines: readonly string[]): (Insn | undefined)[] {
  const prefix = isa === 'arm64' ? 'aarch64-linux-gnu-' : '';
  const folder = mkdtempSync(join(tmpdir(), 'rt0-lines-'));
  try {
    const [source, object, flat] = ['lines.s', 'lines.o', 'lines.bin'].map((n) => join(folder, n)) as [string, string, string];
    const head = isa === 'arm64' ? '.arch armv8.2-a+crypto+crc+lse\n' : '';
    // every line stands at a multiple of 16, so that the decoder finds it
    writeFileSync(source, head + lines.map((l) => `.balign 16\n${l}\n`).join('') + '.balign 16\n');
    const as = spawnSync(`${prefix}as`, [source, '-o', object], { encoding: 'utf8' });
    if (as.status !== 0) throw new Error(as.stderr);
    spawnSync(`${prefix}objcopy`, ['-O', 'binary', object, flat]);
    const bytes = readFileSync(flat);
    return lines.map((_, i) => {
      const insn = (isa === 'arm64' ? decodeA64 : decodeX86)(bytes, 16 * i, 16 * i);
      return isFault(insn) ? undefined : insn;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
