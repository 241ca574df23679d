/**
 * Somebody on the host swaps a folder for a link to a place outside, over and over, while the guest walks through it:
 * nothing outside is read, made, changed or removed, however the steps fall. `seconds` of it, with counts.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AT, E, O, S } from '../../../isa/abi/linux.js';
import { Folders } from '../../../machine/command/folders.js';
import { Guest } from '../../helpers/task.js';
const Race = suite('races for a mounted folder');

const seconds = 4;
const top = mkdtempSync(join(tmpdir(), 'rt0-race-'));
Race.after(() => rmSync(top, { recursive: true }));

/** Renames `d` away and `link` into its place, and back, until it is killed. */
const swapper = `
  const { renameSync } = require('node:fs');
  for (;;) {
    renameSync('d', 'kept'); renameSync('link', 'd');
    renameSync('d', 'link'); renameSync('kept', 'd');
  }`;

Race('a folder that is swapped for a link while it is walked', () => {
  const shared = join(top, 'shared');
  const outside = join(top, 'outside');
  mkdirSync(join(shared, 'd', 'sub'), { recursive: true });
  mkdirSync(join(outside, 'sub'), { recursive: true });
  writeFileSync(join(shared, 'd', 'f'), 'inside');
  writeFileSync(join(shared, 'd', 'sub', 'f'), 'inside');
  writeFileSync(join(outside, 'f'), 'SECRET');
  writeFileSync(join(outside, 'sub', 'f'), 'SECRET');
  symlinkSync(outside, join(shared, 'link'));
  const folders = new Folders([{ host: shared, writable: true }]);
  const g = new Guest({ mounts: [{ guest: '/data', writable: true }] }, (q) => folders.answer(q));
  g.kernel.trace = undefined;
  g.machine.host.keeping = false;
  const path = (text: string, slot = 0): number => g.text(g.scratch + 512 * slot, text);

  const child = spawn(process.execPath, ['-e', swapper], { cwd: shared, stdio: 'ignore' });
  const counts = { inside: 0, missed: 0, made: 0, calls: 0 };
  try {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      for (const name of ['/data/d/f', '/data/d/sub/f', '/data/d/sub/../f']) {
        const fd = g.sys('openat', AT.FDCWD, path(name), O.RDWR, 0);
        counts.calls++;
        if (fd < 0) {
          assert.ok([-E.ENOENT, -E.ENOTDIR, -E.ELOOP].includes(fd), `open: ${fd}`);
          counts.missed++;
          continue;
        }
        assert.is(g.sys('pread64', fd, g.scratch + 4096, 10, 0), 6);
        assert.is(g.bytes(g.scratch + 4096, 6), 'inside');
        assert.is(g.sys('pwrite64', fd, path('inside', 1), 6, 0), 6);
        g.sys('close', fd);
        counts.inside++;
      }
      const made = [
        g.sys('open', path('/data/d/new'), O.CREAT | O.WRONLY, 0o644), g.sys('mkdir', path('/data/d/folder'), 0o755), g.sys('symlink', path('x', 1), path('/data/d/symlink')),
        g.sys('link', path('/data/d/f', 1), path('/data/d/hard')), g.sys('rename', path('/data/d/hard', 1), path('/data/d/hard2')), g.sys('chmod', path('/data/d/f'), 0o644),
        g.sys('truncate', path('/data/d/sub/f'), 6), g.sys('utimes', path('/data/d/f'), 0), g.sys('mknod', path('/data/d/node'), S.IFREG | 0o600, 0),
      ];
      counts.calls += made.length;
      counts.made += made.filter((r) => r >= 0).length;
      if (made[0]! >= 0) g.sys('close', made[0]!);
      for (const name of ['new', 'symlink', 'hard2', 'hard', 'node']) g.sys('unlink', path(`/data/d/${name}`));
      g.sys('rmdir', path('/data/d/folder'));
    }
  } finally {
    child.kill('SIGKILL');
  }
  console.log(`races for a mounted folder: ${counts.calls} calls in ${seconds} s, ${counts.inside} files opened, ${counts.missed} missed, ${counts.made} changes`);
  assert.ok(counts.inside > 10 && counts.missed > 10, 'both sides of the race were seen');
  assert.equal(readdirSync(outside).sort(), ['f', 'sub']);
  assert.equal(readdirSync(join(outside, 'sub')), ['f']);
  assert.is(readFileSync(join(outside, 'f'), 'utf8'), 'SECRET');
  assert.is(readFileSync(join(outside, 'sub', 'f'), 'utf8'), 'SECRET');
});

Race.run();
