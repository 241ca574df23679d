/** --strace against strace of this computer: the same lines for single-threaded static programs, but for addresses and pids. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Strace } from '../../../machine/kernel/strace.js';
import { MemoryHost } from '../../../machine/host.js';
import { Machine } from '../../../machine/machine.js';
import { built, cacheDir, hasAll } from '../../helpers/oracle.js';
const Lines = suite('strace');

/** What differs between two computers that run the same program: addresses chosen by mmap, stacks, pids, names. */
function plain(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^(execve|---? SIG.*ABRT|$)/.test(line))
    .map((line) => line.replace(/ += /, ' = '))
    .map((line) => line.replace(/0x[0-9a-f]{5,}/g, 'ADDR'))
    .map((line) => line.replace(/(set_tid_address\(ADDR\) = )\d+/, '$1PID').replace(/(si_pid=|kill\(|getpid\(\) = |gettid\(\) = )\d+/g, '$1PID'))
    .map((line) => line.replace(/nodename="[^"]*"/, 'nodename'));
}

function ours(path: string): string {
  const [lines, digest] = traced(path, true);
  assert.is(digest, traced(path, false)[1], 'a trace changes nothing');
  return lines;
}

function traced(path: string, trace: boolean): [string, string] {
  let text = '';
  const machine = new Machine({ memoryBytes: 64 << 20, cores: 1 }, new MemoryHost(), (parts) => {
    const kernel = new Kernel(parts);
    if (trace) kernel.trace = new Strace(kernel, (line) => (text += line));
    return kernel;
  });
  machine.load(new Uint8Array(readFileSync(path)), [path], [], path);
  machine.run(1e9);
  return [text, machine.digest()];
}

if (hasAll('strace', 'strace', 'musl-gcc')) {
  for (const name of ['hello', 'files', 'signal', 'sigmany', 'segv', 'malloc']) {
    Lines(`${name}: the same calls with the same arguments and results`, () => {
      const path = built(`tests/programs/c/${name}.c`, 'musl-gcc', (from, out) => ['-O1', '-static', '-o', out, from]);
      const log = join(cacheDir(), `strace-${process.pid}`);
      const r = spawnSync('strace', ['-o', log, path], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
      if (r.stderr.toString().includes('ptrace')) return console.log('strace: skipped, no ptrace here');
      assert.equal(plain(ours(path)), plain(readFileSync(log, 'latin1')));
    });
  }
}

Lines.run();
