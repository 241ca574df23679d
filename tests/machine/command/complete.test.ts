/** What the Tab key of `rt0 debug` offers. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { completions } from '../../../machine/command/debug/complete.js';
import type { Debugger } from '../../../machine/command/debug/debugger.js';
import { Sources } from '../../../machine/command/debug/show.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { Session } from '../../../machine/debug/session/session.js';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { imageOf } from '../../helpers/guest.js';
const Complete = suite('completion');

const image = imageOf('boot2', 'amd64');
const machine = new Machine({ memoryBytes: 2 ** 26 }, new MemoryHost(), (parts) => new Kernel(parts));
machine.load(image, ['program']);
const session = new Session(machine, DebugInfo.of(image), 2 ** 26, () => Promise.resolve());
session.goto(0);
const d: Debugger = { session, sources: new Sources(), checkpoints: new Map(), listed: undefined, frame: 0, counts: { last: [], before: [] }, quit: false, out: () => undefined, source: () => Promise.resolve() };

Complete('names of commands, and of what they take', () => {
  assert.equal(completions(d, 'reverse-s'), [['reverse-stepi', 'reverse-step'], 'reverse-s']);
  assert.equal(completions(d, 'catch s'), [['syscall', 'signal', 'sleep', 'switch', 'steal'], 's']);
  assert.equal(completions(d, 'help rever')[0].length, 6);
  assert.equal(completions(d, 'b _rt0'), [['_rt0_amd64', '_rt0_amd64_linux'], '_rt0']);
  assert.equal(completions(d, 'break *_rt0'), [['_rt0_amd64', '_rt0_amd64_linux'], '_rt0']);
  assert.ok(completions(d, 'watch ')[0].length > 0);
  assert.equal(completions(d, 'info h'), [['heap', 'history'], 'h']);
  assert.ok(completions(d, 'source machine/deb')[0].includes('machine/debug/'));
  assert.equal(completions(d, 'unknown x'), [[], 'x']);
  assert.equal(completions(d, 'stepi 1'), [[], '1']);
});

Complete.run();
