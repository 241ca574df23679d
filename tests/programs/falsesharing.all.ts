/**
 * The page about false sharing shows what its commands print: programs/falsesharing/README.md, with the version of Go that it names. `UPDATE=1` writes
 * its figures anew; what the text around them says is to be read then.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../helpers/root.js';
import { goCommands } from '../helpers/toolchain.js';
const Page = suite('the page about false sharing');

const path = join(root, 'programs/falsesharing/README.md');
let page = readFileSync(path, 'utf8');
const update = process.env['UPDATE'] !== undefined;
const version = `go${/with Go (\d+\.\d+\.\d+)/.exec(page)![1]}`;
const go = goCommands.get(version);
if (go === undefined) console.log(`the page about false sharing: skipped, no ${version}`);

const folder = mkdtempSync(join(tmpdir(), 'rt0-page-'));
Page.after(() => rmSync(folder, { recursive: true }));
/** The page's folder as its commands name it, in ours as well. */
const own = 'programs/falsesharing';
mkdirSync(join(folder, own), { recursive: true });
copyFileSync(join(root, own, 'cores.json'), join(folder, own, 'cores.json'));

/** What a command of the page prints; `go build` makes its program. */
function printed(command: string): string {
  const words = command.split(' ');
  if (words[0] === 'rt0') {
    const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), ...words.slice(1)], { encoding: 'utf8', cwd: folder });
    assert.is(r.status, 0, r.stderr);
    return r.stdout + r.stderr;
  }
  assert.is(command, 'CGO_ENABLED=0 go build -trimpath -o falsesharing programs/falsesharing/falsesharing.go');
  const r = spawnSync(go!, ['build', '-trimpath', '-o', join(folder, 'falsesharing'), 'programs/falsesharing/falsesharing.go'], {
    encoding: 'utf8', cwd: root, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GO111MODULE: 'off' },
  });
  assert.is(r.status, 0, r.stderr);
  return '';
}

/** Cycles of a run, by the command's own count. */
const cycles = (...words: string[]): number => Number(/^total .*?([\d,]+) cycles$/m.exec(printed(`rt0 run --stats --caches skylake ${words.join(' ')}`))![1]!.replaceAll(',', ''));

/** A line without its figures: what it has in common with the same line of another run. */
const shapeOf = (line: string): string => line.replaceAll(/0x[0-9a-f]+|[\d,.]+/g, '#').replaceAll(/[-=]{3,}|\s+/g, ' ').trim();

/** The lines of `output` that are what `shown` was of another run; undefined: there are none. */
function anew(shown: string, output: string): string | undefined {
  const wanted = shown.split('\n').map(shapeOf);
  const lines = output.split('\n');
  const at = lines.findIndex((_, i) => wanted.every((shape, k) => i + k < lines.length && shapeOf(lines[i + k]!) === shape));
  return at < 0 ? undefined : lines.slice(at, at + wanted.length).join('\n');
}

/** Numbers in the rows of the table whose heads begin with `head`. */
const tableOf = (head: string): number[][] =>
  page.slice(page.indexOf(`| ${head} |`)).split('\n\n')[0]!.split('\n').slice(2).map((row) => row.split('|').slice(1, -1).map((cell) => Number(cell.trim().replaceAll(',', ''))));

if (go !== undefined) {
  Page('its commands print what it shows', () => {
    const blocks = [...page.matchAll(/^```\n([^]*?)\n```$/gm)].map((m) => m[1]!);
    let commands = 0;
    for (const block of blocks) {
      for (const part of block.split(/^\$ /m).slice(1)) {
        const [command, ...rest] = part.split('\n');
        const output = printed(command!);
        let from = 0;
        for (const shown of rest.join('\n').split('[...]').map((s) => s.replace(/^\n|\n$/g, '')).filter((s) => s !== '')) {
          const now = update ? anew(shown, output) : undefined;
          if (now !== undefined) {
            page = page.replace(shown, () => now);
            continue;
          }
          const at = output.indexOf(shown, from);
          assert.ok(at >= 0, `${command} does not print\n${shown}\nbut\n${output.slice(from)}`);
          from = at + shown.length;
        }
        commands++;
      }
    }
    assert.is(commands, 5);
    const picture = readFileSync(join(folder, own, 'cores.svg'), 'utf8');
    if (update) writeFileSync(join(root, own, 'cores.svg'), picture);
    else assert.is(picture, readFileSync(join(root, own, 'cores.svg'), 'utf8'));
  });

  Page('its tables have the cycles that runs take', () => {
    for (const [cores, unpadded, padded, gain] of tableOf('cores')) {
      const took = (layout: string): number => cycles('--cores', `${cores}`, 'falsesharing', 'slice', layout, 'atomic', '100000', `${cores}`);
      const now = [took('unpadded'), took('padded')] as const;
      if (update) page = page.replace(new RegExp(`^\\| ${cores} \\|.*$`, 'm'), `| ${cores} | ${now.map((n) => n.toLocaleString('en-US')).join(' | ')} | ${(now[0] / now[1]).toFixed(2)} |`);
      else assert.equal([...now, gain], [unpadded, padded, Number((unpadded! / padded!).toFixed(2))]);
    }
    for (const [size, unpadded, padded] of tableOf('bytes')) {
      const took = (layout: string): number => cycles('--cores', '2', '--cache', `lineBytes=${size}`, 'falsesharing', 'heap', layout, 'atomic');
      const now = [took('unpadded'), took('padded')];
      if (update) page = page.replace(new RegExp(`^\\| ${size} \\|.*$`, 'm'), `| ${size} | ${now.map((n) => n.toLocaleString('en-US')).join(' | ')} |`);
      else assert.equal(now, [unpadded, padded]);
    }
    const byHand = /padded by hand, takes ([\d,]+) cycles/.exec(page)![1]!;
    const now = cycles('--cores', '2', 'falsesharing', 'heap', 'padded', 'atomic');
    if (update) page = page.replace(`takes ${byHand} cycles`, `takes ${now.toLocaleString('en-US')} cycles`);
    else assert.is(now, Number(byHand.replaceAll(',', '')));
    if (update) writeFileSync(path, page);
  });
}

Page.run();
