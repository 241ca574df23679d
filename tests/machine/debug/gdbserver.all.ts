/** The real gdb on `rt0 gdbserver`, with Go programs of all toolchains here: breakpoints, threads, watchpoints, and backwards. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gdbFor } from '../../helpers/gdb.js';
import { has } from '../../helpers/oracle.js';
import { root } from '../../helpers/root.js';
import { goBinary, goCompilers } from '../../helpers/toolchain.js';
const Server = suite('gdbserver');

const folder = mkdtempSync(join(tmpdir(), 'rt0-gdbserver-'));
Server.after(() => rmSync(folder, { recursive: true }));

/** A server of an image, its port, and how it ends. */
async function served(image: string): Promise<{ port: string; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, [join(root, 'dist/machine/command/main.js'), 'gdbserver', '--cores', '2', '0', image], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  let said = '';
  const port = await new Promise<string>((done, fail) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const m = /:(\d+)\n/.exec(said);
      if (m) done(m[1]!);
    });
    child.on('close', () => fail(new Error(said)));
  });
  return { port, ended };
}

function gdb(arch: 'amd64' | 'arm64', image: string, port: string, commands: readonly string[]): string {
  const script = join(folder, 'script');
  writeFileSync(script, ['set pagination off', 'set confirm off', 'set width 0', 'set auto-load no', `target remote 127.0.0.1:${port}`, ...commands].join('\n'));
  return spawnSync(gdbFor(arch), ['-nx', '-batch', '-x', script, image], { encoding: 'utf8', timeout: 120_000, input: '' }).stdout;
}

for (const compiler of goCompilers) {
  if (!has(gdbFor(compiler.arch))) {
    console.log(`gdbserver: skipped for ${compiler.arch}, no ${gdbFor(compiler.arch)}`);
    continue;
  }
  Server(`gdb goes forwards and backwards through a Go program, ${compiler.name}`, async () => {
    const image = goBinary({ name: 'debug/steps' }, compiler, { flags: ['-gcflags=-N -l'] });
    const { port, ended } = await served(image);
    const first = gdb(compiler.arch, image, port, [
      'break main.main', 'continue', 'info threads', "watch 'main.total'", 'continue', 'continue', 'bt 2', "printf \"total %d\\n\", 'main.total'", 'reverse-continue', "printf \"total %d\\n\", 'main.total'",
      'reverse-stepi', 'stepi', 'delete', 'break main.loop', 'reverse-continue', 'reverse-continue', 'detach',
    ]);
    assert.match(first, /hit Breakpoint 1, main\.main \(\) at .*steps\.go:23/);
    assert.match(first, /\* 1 +Thread 1 "core \d, goroutine 1 main\.main .*" main\.main \(\)/);
    assert.match(first, /Old value = 0\nNew value = 1\n[^]*Old value = 1\nNew value = 4\n[^]*#0 [^\n]*main\.work \(n=2[^]*#1 [^\n]*main\.loop/);
    assert.match(first, /total 4\n[^]*Old value = 4\nNew value = 1\n[^]*total 1\n/);
    assert.match(first, /hit Breakpoint 3, main\.loop/);
    assert.match(first, /No more reverse-execution history|Reached end of recorded history/);
    const second = gdb(compiler.arch, image, port, ['info registers pc', 'x/2i $pc', 'tbreak main.work', 'continue', 'finish', 'bt 1', 'kill']);
    assert.match(second, /_rt0_|rt0_go/, 'where the first one has left it');
    assert.match(second, /hit Temporary breakpoint 1, main\.work \(n=0/);
    assert.match(second, /\n#0 [^\n]*main\.loop \(done=/, 'behind the call');
    assert.is(await ended, 0);
  });
}

Server.run();
