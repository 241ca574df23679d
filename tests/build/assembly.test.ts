/** What the build refuses of AssemblyScript that is to work on the machine's memory. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../build/asc.js';

const Assembly = suite('assembly');

/** The messages for a module of one file. */
async function refused(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rt0-assembly-'));
  try {
    writeFileSync(join(folder, 'index.ts'), text);
    return await compile(folder, 'index.ts').then(() => 'compiled', (e: Error) => e.message);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

Assembly('compiles what touches given addresses only', async () => {
  assert.is(await refused('export function put(at: usize, x: u32): void { assert(at != 0, "never 0"); store<u32>(at, x); }'), 'compiled');
});

Assembly('says where a source is wrong', async () => {
  const said = await refused('export function f(): i32 {\n  return nothing;\n}\n');
  assert.match(said, /Cannot find name 'nothing'/);
  assert.match(said, /index\.ts\(2,10\)/);
});

Assembly('refuses static data, objects and imports', async () => {
  assert.match(await refused('export function f(i: i32): i32 { const table: i32[] = [3, 5, 7]; return table[i]; }'), /^index\.ts: has static data/);
  assert.is(await refused('class P { x: i32 = 0 }\nexport function f(): usize { return changetype<usize>(new P()); }'), 'index.ts: makes objects');
  assert.is(await refused('@external("env", "tell") declare function tell(x: i32): void;\nexport function f(): void { tell(1); }'), 'compiled');
  assert.is(await refused('@external("host", "tell") declare function tell(x: i32): void;\nexport function f(): void { tell(1); }'), "index.ts: imports host.tell, which is not the machine's");
});

Assembly.run();
