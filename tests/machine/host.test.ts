import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HostLink, MemoryHost } from '../../machine/host.js';
import { ConfigError, makeConfig } from '../../machine/config.js';
const Host = suite('host');

const text = (r: unknown): string => (r instanceof Uint8Array ? String.fromCharCode(...r) : String(r));
const bytes = (s: string): Uint8Array => Uint8Array.from(s, (c) => c.charCodeAt(0));

Host('answers are logged, and the log answers in place of the host', () => {
  const host = new MemoryHost('abcdef');
  host.open = true;
  const live = new HostLink(host);
  assert.is(text(live.read(0, 4, 100)), 'abcd');
  assert.is(text(live.read(0, 4, 200)), 'ef');
  assert.is(live.read(0, 4, 300), 'wait');
  assert.is(live.poll(0, 4, 400), 'wait');
  host.feed('gh');
  assert.is(text(live.poll(0, 4, 500)), 'gh');

  const replay = new HostLink(new MemoryHost('never read'), live.records());
  assert.is(text(replay.read(0, 4, 100)), 'abcd');
  assert.is(text(replay.read(0, 4, 200)), 'ef');
  assert.is(replay.read(0, 4, 300), 'wait');
  assert.is(replay.poll(0, 4, 400), 'wait');
  assert.is(text(replay.poll(0, 4, 500)), 'gh');
  assert.not(replay.replaying);
  assert.throws(() => new HostLink(new MemoryHost(), live.records()).read(0, 4, 101), /replay diverged/);
});

Host('a host in memory shows long output, too', () => {
  const host = new MemoryHost();
  host.write(1, bytes('ab'));
  host.write(1, new Uint8Array(300_001).fill(0xe9));
  assert.is(host.text(1), 'ab' + '\xe9'.repeat(300_001));
});

Host('after going back, output that the host has seen is held back', () => {
  const host = new MemoryHost();
  const link = new HostLink(host);
  link.write(1, bytes('one '));
  const then = link.save();
  link.write(1, bytes('two '));
  link.rewind(then);
  link.write(1, bytes('two three'));
  assert.is(host.text(), 'one two three');
});

Host('a config is checked field by field', () => {
  assert.is(makeConfig().cores, 4);
  assert.is(makeConfig({ cores: 2 }).cores, 2);
  const bad: [Parameters<typeof makeConfig>[0], RegExp][] = [
    [{ cores: 0 }, /^cores 0: choose 1 to 64$/],
    [{ memoryBytes: 2 ** 32 }, /^memory of 4096 MiB: choose 1 MiB to 3584 MiB$/],
    [{ memoryBytes: 5000000 }, /^memory 5000000: choose a multiple/],
    [{ seed: 0.5 }, /^seed 0.5/],
    [{ arch: 'arm64', cpu: 'v2' }, /^cpu v2: choose base or v8$/],
    [{ quantumCycles: 0 }, /^quantum 0/],
  ];
  for (const [options, why] of bad) assert.throws(() => makeConfig(options), (e: unknown) => e instanceof ConfigError && why.test(e.message));
});

Host.run();
