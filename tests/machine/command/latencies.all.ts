/** The whole of `rt0 latencies` on the machines that have names, printed and held to its ranges; goroutines of Go binaries where there is a go. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../helpers/root.js';
import { measured, within } from '../../helpers/latencies.js';
const Latencies = suite('command latencies, whole');

const folder = mkdtempSync(join(tmpdir(), 'rt0-latencies-'));
Latencies.after(() => rmSync(folder, { recursive: true }));

const go = spawnSync('go', ['version']).status === 0;
if (!go) console.log('no go: goroutines are not measured');

function binary(arch: string): string[] {
  if (!go) return [];
  const out = join(folder, arch);
  const r = spawnSync('go', ['build', '-o', out, join(root, 'programs/latencies/latencies.go')], { env: { ...process.env, GOARCH: arch, GOOS: 'linux', CGO_ENABLED: '0' }, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(r.stderr);
  return [out];
}

interface Told {
  readonly chase?: number;
  readonly huge?: number;
  readonly small?: number;
  readonly name?: string;
  readonly here?: number;
  readonly range?: [number, number];
}

for (const [name, arch] of [['skylake', 'amd64'], ['skylake-sp', 'amd64'], ['neoverse-n1', 'arm64']] as const) {
  Latencies(`${name}: every figure lies in its range, and the curve has its steps`, () => {
    const most = name === 'skylake' ? '32M' : '64M';
    const r = spawnSync(process.execPath, [join(root, 'dist/machine/command/main.js'), 'latencies', '--machine', name, '--footprint', most, '--json', ...binary(arch)], { encoding: 'utf8' });
    assert.is(r.status, 0, r.stderr);
    console.log(r.stdout);
    const told = r.stdout.trim().split('\n').map((l) => JSON.parse(l) as Told);
    const figures = told.filter((t) => t.name !== undefined);
    assert.is(figures.length, go ? 18 : 15);
    for (const { name: what, here, range } of figures) {
      if (range) assert.ok(here !== undefined && here >= range[0] && here <= range[1], `${what}: ${here}, not ${range.join(' to ')}`);
    }
    const { l1d, l2, l3, dram } = measured(name).caches;
    for (const { chase: bytes, huge } of told) {
      if (bytes === undefined) continue;
      if (bytes <= l1d.bytes) within(huge!, l1d.cycles, 1);
      else if (bytes >= 2 * l1d.bytes && bytes <= l2.bytes) within(huge!, l2.cycles, 1);
      else if (bytes >= 2 * l2.bytes && bytes <= l3.bytes / 2) within(huge!, l3.cycles, l3.cycles / 10);
      else if (bytes >= 2 * l3.bytes) within(huge!, l3.cycles + dram.rowMiss, (l3.cycles + dram.rowMiss) / 10);
    }
  });
}

Latencies.run();
