import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryHost } from '../../machine/host.js';
import { Machine } from '../../machine/machine.js';
import { SnapshotError } from '../../machine/snapshot.js';
import { bareKernel, bareMachine, racing } from '../helpers/bare.js';
import { Random } from '../helpers/random.js';
import { root } from '../helpers/root.js';
const Snapshots = suite('snapshot');

const restore = (file: Uint8Array): Machine => Machine.restore(file, new MemoryHost(), bareKernel);
const config = { cores: 4 };

Snapshots('a restored machine has the same digest and continues to the same end', () => {
  const whole = bareMachine(racing, config);
  whole.run();
  const m = bareMachine(racing, config);
  for (const at of [0, 1, 1234, 5000, 20011]) {
    m.run(at);
    const copy = restore(m.snapshot());
    assert.is(copy.digest(), m.digest(), `at cycle ${at}`);
    assert.is(copy.imageHash, m.imageHash);
    copy.run();
    assert.is(copy.digest(), whole.digest(), `from cycle ${at}`);
    assert.is(copy.cycles, whole.cycles);
  }
  m.run();
  assert.is(m.digest(), whole.digest(), 'and snapshots leave no trace');
});

Snapshots('a snapshot continues in another process to the same digest', () => {
  const m = bareMachine(racing, config);
  m.run(7777);
  const dir = mkdtempSync(join(tmpdir(), 'rt0-'));
  try {
    const file = join(dir, 'snapshot');
    writeFileSync(file, m.snapshot());
    const script = `
      import { readFileSync } from 'node:fs';
      import { Machine } from './dist/machine/machine.js';
      import { Bare } from './dist/machine/bare.js';
      import { MemoryHost } from './dist/machine/host.js';
      const m = Machine.restore(readFileSync(${JSON.stringify(file)}), new MemoryHost(), (parts) => new Bare(parts));
      process.stdout.write(m.run() + " " + m.digest() + " " + m.cycles);`;
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
    assert.is(other.stderr, '');
    assert.is(other.stdout.trim(), `${m.run()} ${m.digest()} ${m.cycles}`);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

Snapshots('checkpoints share the pages that were not written between them', () => {
  const m = bareMachine(racing, config);
  m.run(3000);
  const first = m.checkpoint();
  const second = m.checkpoint();
  m.run(3400);
  const third = m.checkpoint();
  const pages = (c: typeof first): Set<Uint8Array> => new Set(c.pages.flatMap((chunk) => (chunk ?? []).filter((p) => p !== undefined)));
  const fresh = (now: typeof first, then: typeof first): number => [...pages(now)].filter((p) => !pages(then).has(p)).length;
  assert.is(fresh(second, first), 0);
  assert.ok(fresh(third, second) > 0);
  assert.ok(fresh(third, second) < pages(third).size);
});

Snapshots('going back to any checkpoint and running again repeats the run', () => {
  const m = bareMachine(racing, config);
  const stops = [0, 400, 401, 3000, 9000, 15000];
  const taken = stops.map((at) => (m.run(at), { at, checkpoint: m.checkpoint(), digest: m.digest() }));
  m.run();
  const end = m.digest();
  const r = new Random(9);
  for (let i = 0; i < 12; i++) {
    const t = r.pick(taken);
    m.rollback(t.checkpoint);
    assert.is(m.digest(), t.digest, `back to ${t.at}`);
    const next = taken.find((u) => u.at > t.at);
    if (next && r.below(2) === 0) {
      m.run(next.at);
      assert.is(m.digest(), next.digest, `from ${t.at} to ${next.at}`);
    } else {
      m.run();
      assert.is(m.digest(), end, `from ${t.at} to the end`);
    }
  }
});

Snapshots('a file that is foreign, cut or damaged is refused', () => {
  const m = bareMachine(racing, config);
  m.run(100);
  const good = m.snapshot();
  const refused = (file: Uint8Array): string => {
    try {
      restore(file);
      return 'restored';
    } catch (e) {
      assert.instance(e, SnapshotError);
      return (e as Error).message;
    }
  };
  const edited = (at: number, byte: number): Uint8Array => {
    const copy = good.slice();
    copy[at] = byte;
    return copy;
  };
  assert.is(refused(new Uint8Array(0)), 'not a snapshot');
  assert.is(refused(Uint8Array.from('\x7fELF and more of that kind', (c) => c.charCodeAt(0))), 'not a snapshot');
  assert.is(refused(edited(16, 99)), 'snapshot of format 99; this program reads format 6');
  assert.is(refused(good.subarray(0, 30)), 'snapshot is cut short');
  assert.is(refused(good.subarray(0, good.length - 1)), 'snapshot is cut short');
  assert.is(refused(edited(good.length - 1, good[good.length - 1]! ^ 1)), 'snapshot is damaged: section pages');
  const r = new Random(3);
  for (let i = 0; i < 100; i++) {
    const at = r.below(good.length);
    assert.match(refused(edited(at, good[at]! ^ (1 << r.below(8)))), /snapshot/);
  }
});

Snapshots('a snapshot whose frames are elsewhere is refused', () => {
  const m = bareMachine(racing, config);
  m.run(100);
  const first = m.ram.firstFrame;
  Object.assign(m.ram, { firstFrame: first - 8 });
  assert.throws(() => restore(m.snapshot()), `snapshot of a machine whose memory begins at frame ${first - 8}, not ${first}`);
});

Snapshots.run();
