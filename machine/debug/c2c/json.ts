/** The report for programs: an object a line, first one for all, then each shared line with its rows. */
import { cyclesOf, type Summary } from './summary.js';
import type { Tally } from './collector.js';

const counts = (t: Tally): Record<string, number> => ({
  cycles: cyclesOf(t), requests: t.loads + t.stores, loadHitm: t.loadHitm, loadOther: t.loadOther, storeHitm: t.storeHitm, storeOther: t.storeOther, upgrades: t.upgrades, waits: t.waits,
  trueSharing: t.trueSharing, falseSharing: t.falseSharing, unknown: t.unknown,
});

export function reportJson({ lineBytes, lines, tally, falseTicks }: Summary, advice: readonly object[], padding: object | undefined): string {
  return [
    { lineBytes, sharedLines: lines.length, ...counts(tally), falseCycles: cyclesOf({ ticks: falseTicks }), advice, padding },
    ...lines.map((line) => ({
      line: `0x${line.address.toString(16)}`, pid: line.pid, cores: line.cores, ...counts(line.tally), falseCycles: cyclesOf({ ticks: line.falseTicks }),
      rows: line.rows.map((r) => ({
        offset: r.offset, bytes: r.bytes, access: r.write ? 'store' : 'load', ...counts(r.tally), cores: r.cores, pid: r.who.pid, tid: r.who.tid, comm: r.who.comm,
        pc: `0x${r.pc.toString(16)}`, symbol: r.symbol, source: r.source, goroutine: r.goroutine, field: r.field, kind: r.place.kind, madeAt: r.madeAt,
      })),
    })),
  ].map((o) => `${JSON.stringify(o)}\n`).join('');
}
