import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MAP, MREMAP } from '../../../isa/abi/linux.js';
import { compiledC, hasAll, run } from '../../helpers/oracle.js';
import { Random } from '../../helpers/random.js';
import { newSpace } from '../../helpers/space.js';
const Host = suite('vm against the host kernel');

const arena = 0x10000000000;
const pages = 32;
const page = 4096;
const traces = 1000;
const stepsEach = 60;

/** One seeded operation as mm.c reads it: pages near each other, sometimes lengths and addresses out of order. */
function operation(r: Random): string {
  const hex = (...n: number[]): string => n.map((v) => v.toString(16)).join(' ');
  const at = (): number => r.below(pages - 8) * page + (r.below(40) === 0 ? 1 : 0);
  const length = (): number => (r.below(25) === 0 ? 0 : (1 + r.below(8)) * page - (r.below(6) === 0 ? 100 : 0));
  const prot = (): number => r.pick([0, 1, 3, 3, 3, 2, 5, 7]);
  switch (r.below(9)) {
    case 0:
    case 1:
      return `m ${hex(at(), length(), prot(), MAP.ANONYMOUS | r.pick([MAP.PRIVATE, MAP.PRIVATE, MAP.PRIVATE, MAP.SHARED, 0]) | r.pick([MAP.FIXED, MAP.FIXED, MAP.FIXED_NOREPLACE, 0, MAP.FIXED | MAP.POPULATE]))}`;
    case 2:
      return `u ${hex(at(), length())}`;
    case 3:
      return `p ${hex(at(), length(), r.below(30) === 0 ? 64 : prot())}`;
    case 4: {
      const old = r.below(10) === 0 ? 0 : length();
      const flags = r.pick([0, MREMAP.MAYMOVE, MREMAP.MAYMOVE | MREMAP.FIXED, MREMAP.FIXED, MREMAP.MAYMOVE | MREMAP.DONTUNMAP]);
      const next = length();
      // Since 6.17 a move to a fixed place without a change of length may span areas; 5.10, which is modelled, refuses it.
      const same = (flags & MREMAP.FIXED) !== 0 && Math.ceil(old / page) === Math.ceil(next / page);
      return `r ${hex(at(), same ? page : old, same ? page : next, flags, at())}`;
    }
    case 5:
      return `a ${hex(at(), length(), r.pick([0, 3, 4, 4, 4, 77]))}`;
    default:
      return `w ${hex(at(), 1 + r.below(255))}`;
  }
}

/** The same operations on an AddressSpace, printed as mm.c prints them. */
function model(lines: readonly string[]): string[] {
  let { space } = newSpace();
  const out: string[] = [];
  const shown = (result: number, length: number): string => {
    if (result < 0) return String(result);
    if (result >= arena && result < arena + pages * page) return (result - arena).toString(16);
    space.munmap(result, length);
    return 'out';
  };
  for (const line of lines) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = line.slice(2).split(' ').map((t) => parseInt(t || '0', 16));
    switch (line[0]) {
      case 'm':
        out.push(shown(space.mmap(arena + a, b, c, d), b));
        break;
      case 'u':
        out.push(String(space.munmap(arena + a, b)));
        break;
      case 'p':
        out.push(String(space.mprotect(arena + a, b, c)));
        break;
      case 'r':
        out.push(shown(space.mremap(arena + a, b, c, d, arena + e), c));
        break;
      case 'a':
        out.push(String(space.madvise(arena + a, b, c)));
        break;
      case 'w':
        if (space.copy.writeBytes(arena + a, Uint8Array.of(b))) out.push('ok');
        else out.push(`fault ${space.areas.at(arena + a) === undefined ? 1 : 2}`);
        break;
      default: {
        let text = '';
        for (let i = 0; i < pages; i++) {
          const byte = space.copy.readU8(arena + i * page);
          text += byte !== undefined ? byte.toString(16).padStart(2, '0') : space.areas.at(arena + i * page) === undefined ? '..' : 'xx';
        }
        out.push(text);
        ({ space } = newSpace());
      }
    }
  }
  return out;
}

Host('seeded sequences of calls end in the same results and contents', () => {
  if (!hasAll('vm against the host kernel', 'gcc')) return;
  const r = new Random(11);
  const lines: string[] = [];
  for (let i = 0; i < traces; i++) {
    for (let k = 0; k < stepsEach; k++) lines.push(operation(r));
    lines.push('s');
  }
  const host = run(compiledC('tests/machine/kernel/mm.c'), [], lines.join('\n') + '\n').stdout.trimEnd().split('\n');
  const ours = model(lines);
  assert.is(host.length, lines.length, 'the oracle answered every line');
  let cutShort = 0;
  for (let i = 0; i < lines.length; i++) {
    if (host[i] === ours[i]) continue;
    // Which neighbours are merged depends in Linux on which were written. Only mremap across a border tells.
    if (lines[i]!.startsWith('r') && (host[i] === '-14') !== (ours[i] === '-14')) {
      i = lines.indexOf('s', i);
      cutShort++;
      continue;
    }
    const start = lines.lastIndexOf('s', i - 1) + 1;
    const trace = lines.slice(start, i + 1).map((l, k) => `${l} -> ${ours[start + k]}${host[start + k] === ours[start + k] ? '' : `, host ${host[start + k]}`}`);
    assert.unreachable(trace.join('\n'));
  }
  assert.ok(cutShort < traces / 10, `${cutShort} sequences cut short`);
  console.log(`vm against the host kernel: ${traces} sequences of ${stepsEach} calls, ${cutShort} compared in part`);
});

Host.run();
