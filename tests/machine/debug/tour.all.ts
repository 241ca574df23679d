/** The tour of boot shows what the debugger prints: machine/debug/tour.md, with the version of Go that it names. `UPDATE=1` writes it anew. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../helpers/root.js';
import { goBinary, goCompilers } from '../../helpers/toolchain.js';
const Tour = suite('the tour of boot');

const path = join(root, 'machine/debug/tour.md');
const page = readFileSync(path, 'utf8');
const version = `go${/Go (\d+\.\d+\.\d+)/.exec(page)![1]}`;
const compilers = goCompilers.filter((c) => c.version === version || c.name.startsWith(version));
if (compilers.length === 0) console.log(`the tour of boot: skipped, no ${version}`);

const folder = mkdtempSync(join(tmpdir(), 'rt0-tour-'));
Tour.after(() => rmSync(folder, { recursive: true }));

const prompt = '(rt0) ';
const between = 'print "a line between commands"';

/** A section of the page with the output of its commands, which are one session on `image`. */
function replayed(section: string, image: string): string {
  const commands = [...section.matchAll(/^\(rt0\) (.*)$/gm)].map((m) => m[1]!);
  const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), 'debug', '--cores', '1', ...commands.flatMap((c) => ['-ex', c, '-ex', between]), '--batch', image], { encoding: 'utf8', cwd: folder });
  assert.is(r.status, 0, r.stderr);
  const outputs = r.stdout.split('"a line between commands"\n');
  let n = 0;
  return section.replace(/^```\n(\(rt0\)[^]*?)^```$/gm, (_, block: string) => {
    const typed = block.split('\n').filter((line) => line.startsWith(prompt));
    return `\`\`\`\n${typed.map((line) => `${line}\n${outputs[n++]}`).join('')}\`\`\``;
  });
}

if (compilers.length > 0) {
  Tour('its commands print what it shows, on both instruction sets', () => {
    const [amd64, arm64] = page.split(/(?=^## On arm64$)/m);
    const made = [[amd64!, 'amd64', 'hello'], [arm64!, 'arm64', 'hello.arm64']] .map(([section, arch, name]) => {
      copyFileSync(goBinary({ name: 'go/hello' }, compilers.find((c) => c.arch === arch)!, { flags: ['-trimpath'] }), join(folder, name!));
      return replayed(section!, name!);
    }).join('');
    if (process.env['UPDATE']) writeFileSync(path, made);
    else assert.snapshot(page, made);
  });
}

Tour.run();
