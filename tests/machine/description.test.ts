import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError, formatHz } from '../../machine/config.js';
import { readDescription, readSched } from '../../machine/description.js';
import { defaultFeatures } from '../../machine/sched.js';
const Description = suite('machine descriptions');

const read = (value: unknown): unknown => readDescription(JSON.stringify(value), 'm.json');

function mistakes(text: string): string[] {
  try {
    readDescription(text, 'm.json');
  } catch (e) {
    if (e instanceof ConfigError) return e.message.split('\n');
    throw e;
  }
  return [];
}

Description('every key, in the user\'s spelling', () => {
  assert.equal(
    read({ arch: 'amd64', cores: 8, clock: '2.4GHz', memory: '512M', cpu: 'v1', seed: 7, grain: 'insn', quantum: 500, epoch: 1700000000 }),
    { arch: 'amd64', cores: 8, clockHz: 2.4e9, memoryBytes: 2 ** 29, cpu: 'v1', seed: 7, grain: 'insn', quantumCycles: 500, epochNanos: '1700000000000000000' },
  );
});

Description('what is not said is left open; numbers stand for hertz and bytes', () => {
  assert.equal(read({}), {});
  assert.equal(read({ clock: 200_000, memory: 2 ** 24 }), { clockHz: 200_000, memoryBytes: 2 ** 24 });
  assert.equal(read({ clock: '200 kHz' }), { clockHz: 200_000 });
});

Description('each mistake is a line with file, key and reason', () => {
  assert.equal(mistakes('{"cors": 2, "cores": "two", "clock": "fast", "cpu": "v9", "memory": true}'), [
    'm.json: unknown key cors; there is arch, cores, cpu, timing, uarch, caches, predictor, clock, memory, seed, grain, quantum, kernel, epoch, sched, cgroup',
    'm.json: cores "two": not a whole number',
    'm.json: clock "fast": not a frequency such as "3GHz", or a number of hertz',
    'm.json: cpu "v9": not "v1" or "v2" or "base" or "v8"',
    'm.json: memory true: not a size such as "512M" or "2G", or a number of bytes',
  ]);
  assert.equal(mistakes('{"cores": 65, "clock": "1THz"}'), [
    'm.json: clock "1THz": not a frequency such as "3GHz", or a number of hertz',
    'm.json: cores 65: choose 1 to 64',
  ]);
  assert.equal(mistakes('{"clock": 1, "memory": "8G", "arch": "arm64", "cpu": "v1", "quantum": 0}'), [
    'm.json: cpu v1: choose base or v8',
    'm.json: memory of 8192 MiB: choose 1 MiB to 3584 MiB',
    'm.json: quantum 0: choose a whole number of cycles',
    'm.json: clock 1: choose 1 kHz to 100 GHz',
  ]);
});

Description('steps of the kernel\'s work by name', () => {
  assert.equal(read({ kernel: { costs: { pageTables: 0, ring: 90 } } }), { kernelCosts: { pageTables: 0, ring: 90 } });
  assert.match(mistakes('{"kernel": {"costs": {"ringg": 1, "dispatch": -1, "frame": "many"}}}').join(), /^m\.json: unknown key kernel\.costs\.ringg; there is ring, .*,m\.json: kernel\.costs\.frame "many": not a whole number of cycles,m\.json: kernel\.costs\.dispatch -1: choose 0 to 1e9 cycles$/);
});

Description('only an object is a description', () => {
  assert.match(mistakes('{"cores": 2')[0]!, /^m\.json: not JSON: /);
  assert.equal(mistakes('[8]'), ['m.json: not an object but [8]']);
  assert.equal(mistakes('{"constructor": 1}').length, 1);
});

Description('clocks are shown with their unit', () => {
  assert.equal([3e9, 2.4e9, 2e5, 1e6, 50].map(formatHz), ['3 GHz', '2.4 GHz', '200 kHz', '1 MHz', '50 Hz']);
});

Description('settings of the scheduler have Linux\'s names, alone or as a part of a machine', () => {
  assert.equal(readSched('{"sched_latency_ns": 12000000, "features": {"START_DEBIT": false}}', 's.json'), { sched_latency_ns: 12_000_000, features: { START_DEBIT: false } });
  assert.equal(read({ sched: { HZ: 1000 } }), { sched: { HZ: 1000 } });
  const wrong = (text: string): string[] => {
    try {
      readSched(text, 's.json');
    } catch (e) {
      return (e as Error).message.split('\n');
    }
    return [];
  };
  assert.equal(wrong('{"sched_latency_ns": 1, "sched_nr_migrate": "all", "features": {"X": true, "LB_MIN": 1}}'), [
    's.json: sched_latency_ns 1: not a whole number from 100000 to 1000000000',
    's.json: sched_nr_migrate "all": not a whole number from 1 to 100000',
    `s.json: unknown key features.X; there is ${Object.keys(defaultFeatures).join(', ')}`,
    's.json: features.LB_MIN 1: not true or false',
  ]);
  assert.equal(wrong('{"sched_rt_runtime_us": 2000000}'), ['s.json: sched_rt_runtime_us 2000000: more than the period of 1000000']);
  assert.match(wrong('{"latency": 1}')[0]!, /^s\.json: unknown key latency; there is sched_latency_ns, /);
  assert.match(mistakes('{"sched": {"HZ": 1}}')[0]!, /^m\.json: sched\.HZ 1: not a whole number from 24 to 1000$/);
  assert.equal(mistakes('{"sched": 3}'), ['m.json: sched: not an object but 3']);
});

Description.run();
