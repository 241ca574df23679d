/**
 * Skylake's prices against the measurements of uops.info: issue slots, the micro-ops' ports, and the latency between registers,
 * for every form of the table that we can assemble from LLVM's example. What differs on purpose is listed with its reason.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Insn } from '../../../isa/row.js';
import { uarchOf } from '../../../machine/uarch/lookup.js';
import { cycle, Idiom } from '../../../machine/uarch/uarch.js';
import { workOf } from '../../../machine/uarch/work.js';
import { hasAll } from '../../helpers/oracle.js';
import { assembled, reference, tableRows } from '../../helpers/reference.js';

const Skylake = suite('skylake against uops.info');
const skylake = uarchOf('skylake')!;

/** Forms whose row measures something else, or whose microcode's ports we keep coarse. */
const apart: readonly (readonly [RegExp, string])[] = [
  [/^(CALL|RET|PUSHF|POPF)/, 'rows contain what the measurement set up'],
  [/_LOCK|^XCHG \(M/, 'all locked forms share one price'],
  [/^(REP|MOVSB_REPE|CPUID|XGETBV|RDTSC|PAUSE|.FENCE|CL[DI]|STD)/, 'microcode'],
  [/^I?DIV \(R/, 'microcode'],
  [/^MOVD |^MOVQ \((R64|XMM), (XMM|R64)|^PMOVMSKB|^VPMOVMSKB|^CVT.*R(32|64)|^U?COMIS|^PEXTR|^PINSR|^SQRTSD|^V?PTEST/, 'between register files uops.info has upper bounds: latencies are Agner Fog\'s'],
];

/** `1*p0156+2*p06` as sorted masks. */
function masks(text: string): number[] {
  if (text === '-' || text === '') return [];
  return text.split('+').flatMap((part) => {
    const [n, ports] = part.split('*p') as [string, string];
    return Array<number>(Number(n)).fill([...ports].reduce((m, p) => m | (1 << Number(p)), 0));
  }).sort((a, b) => a - b);
}

const spell = (list: readonly number[]): string => list.map((m) => `p${[...'01234567'].filter((p) => m & (1 << Number(p))).join('')}`).join('+');

Skylake('slots, ports and latencies are as measured', () => {
  const [measured, examples] = [reference('skylake', 'latency-skylake-measured.tsv'), reference('skylake', 'latency-skylake.tsv')];
  if (measured === undefined || examples === undefined || !hasAll('skylake', 'as', 'objcopy')) return;
  const texts = new Map(tableRows(examples).map((r) => [r[0]!, r[2]!.replace(/\s*#.*/, '').replace(/^(j\w+|callq) -?\d+$/, '$1 .')]));
  const rows = tableRows(measured).filter((r) => texts.has(r[0]!));
  const insns = assembled('amd64', rows.map((r) => texts.get(r[0]!)!));
  const wrong: string[] = [];
  let compared = 0;
  rows.forEach(([form, , , slots, ports, latReg], i) => {
    const insn: Insn | undefined = insns[i];
    if (insn === undefined || apart.some(([pattern, why]) => pattern.test(form!) && !why.startsWith('between'))) return;
    compared++;
    const work = workOf(skylake, insn);
    const say = (what: string, got: unknown, want: unknown): void => {
      if (String(got) !== String(want)) wrong.push(`${form} (${insn.row.form}): ${what} ${String(got)}, measured ${String(want)}`);
    };
    // LLVM's example may be an idiom, a move to itself or indexed where the measured form was not
    const [a, b] = insn.ops;
    const itself = a?.kind === 'reg' && b?.kind === 'reg' && a.index === b.index && masks(ports!).length === 0;
    if ((work.idiom !== Idiom.None && masks(ports!).length > 0) || itself || insn.ops.some((o) => o.kind === 'mem' && o.index && insn.row.access.startsWith('rw') && o === a)) return;
    say('slots', work.decoded, slots);
    say('ports', spell(work.uops.map((u) => u.ports).sort((a, b) => a - b)), spell(masks(ports!)));
    if (latReg !== '' && work.effects.loads.length + work.effects.stores.length === 0 && !apart.some(([pattern]) => pattern.test(form!))) {
      say('latency', Math.max(work.idiom === Idiom.None ? work.price.latency : 0, work.price.flagLatency && work.idiom === Idiom.None ? work.price.flagLatency : 0) / cycle, latReg);
    }
  });
  console.log(`skylake: ${compared} of ${rows.length} forms compared`);
  assert.equal(wrong, []);
});

Skylake.run();
