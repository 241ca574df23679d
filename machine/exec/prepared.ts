/**
 * What an engine knows before it meets its first instruction: the kinds that programs usually need (hot.ts), with their
 * code. It depends on nothing but the instruction set and the processor's features, so all engines of a process share it, and a build may have made it beforehand
 * (`packed.ts`): lifting and emitting these kinds costs 100 ms in a fresh process, reading them 5.
 *
 * Without any of it everything runs the same: kinds become functions as they turn up.
 */
import type { Isa, Source } from '../../isa/isa.js';
import { pages, type Granule } from './emit.js';
import { Arm, functionsModule, mainModule, type Counting } from './generate.js';
import { hotKinds, usualKinds } from './hot.js';
import { formOf, Kinds, type Form, type Kind, type Known } from './kind.js';
import { layOut, type Layout } from './layout.js';
import { packed, type Packed, type PackedForm, type PackedKind } from './packed.js';

export interface Prepared extends Known {
  /** The main function that charges what stands in the records; and the one of interval timing. Compiled when first asked for. */
  readonly main: WebAssembly.Module;
  readonly interval: WebAssembly.Module;
  readonly functions: WebAssembly.Module;
  /** What the lookaside's entries are in all of them. */
  readonly granule: Granule;
  /** How many places of the function table `functions` fills, from 0 on. */
  readonly functionCount: number;
}

/** The same as bytes: what can be stored. */
interface Images {
  readonly main: Uint8Array;
  readonly interval: Uint8Array;
  readonly functions: Uint8Array;
}

export const nameOf = ({ arch, profile }: Isa, { shift, stamps }: Granule): string => `${arch} ${[...profile.features].sort().join()} ${shift}${stamps ? ' stamps' : ''}`;

/** A cache: what it returns depends on the instruction set and the features only. */
const made = new Map<string, Prepared>();

/** Code that counts for reports no build stores. */
export function prepare(isa: Isa, granule = pages, counting: Counting = 'nothing'): Prepared {
  const name = `${nameOf(isa, granule)}${counting === 'nothing' ? '' : ` counting ${counting}`}`;
  let prepared = made.get(name);
  if (!prepared) made.set(name, (prepared = packed[name] ? unpack(packed[name](), granule) : compiled(...build(isa, true, granule, counting), granule)));
  return prepared;
}

/** The least: a main function without arms. */
export function unprepared(isa: Isa, granule = pages): Prepared {
  return compiled(...build(isa, false, granule), granule);
}

function build(isa: Isa, usual: boolean, granule: Granule, counting: Counting = 'nothing'): [Known, Images] {
  const kinds = new Kinds(isa);
  const arms = usual ? hotKinds(kinds).filter((kind) => !kind.empty) : [];
  if (usual) usualKinds(kinds);
  const known = kinds.all;
  arms.forEach((kind, i) => {
    kind.arm = Arm.first + i;
    kind.layout = layOut(kind.unit!, kind.exits, false);
  });
  const functions = known.kinds.filter((kind) => kind.arm < 0 && !kind.empty);
  functions.forEach((kind, i) => {
    kind.index = i;
    kind.layout = layOut(kind.unit!, kind.exits, true);
  });
  return [known, { main: mainModule(arms, false, granule, counting), interval: mainModule(arms, true, granule, counting), functions: functionsModule(functions, true, granule) }];
}

function compiled(known: Known, images: Images, granule: Granule): Prepared {
  let main: WebAssembly.Module | undefined;
  let interval: WebAssembly.Module | undefined;
  return {
    ...known,
    granule,
    get main() {
      return (main ??= new WebAssembly.Module(images.main));
    },
    get interval() {
      return (interval ??= new WebAssembly.Module(images.interval));
    },
    functions: new WebAssembly.Module(images.functions),
    functionCount: known.kinds.filter((kind) => kind.index >= 0).length,
  };
}

// As plain data.

const flows: readonly Kind['flow'][] = [undefined, 'branch', 'call', 'return'];
const whats: readonly Source['what'][] = ['reg', 'base', 'index', 'shift', 'disp', 'imm', 'target', 'next', 'here'];

/** What `prepare` gives, for the build to store. */
export function pack(isa: Isa, granule = pages): Packed {
  const [known, images] = build(isa, true, granule);
  const forms: PackedForm[] = [];
  known.forms.forEach((ofRow, row) => ofRow?.forEach((form, key) => {
    const sources = form.sources.map((s) => (s.part * 8 + s.op) * whats.length + whats.indexOf(s.what));
    forms.push([row, key, form.kind.id, form.dead?.kind.id ?? -1, form.ends ? 1 : 0, sources]);
  }));
  return { kinds: known.kinds.map(packKind), forms, pairs: [...known.pairs].map(([parts, kind]) => [parts, kind.id]), ...images };
}

function packKind(k: Kind): PackedKind {
  const fields = k.layout.fields.flatMap((f) => [f.param, f.role === 'link' ? 1 : 0, f.offset, f.bytes]);
  const bits = (k.exits ? 1 : 0) | (k.calls ? 2 : 0) | (k.empty ? 4 : 0) | (flows.indexOf(k.flow) << 3);
  return [k.name, k.key, bits, k.flagsRead, k.flagsWritten, k.arm, k.index, k.layout.units, fields];
}

/** `prepare` from what a build has stored. */
export function unpack(from: Packed, granule = pages): Prepared {
  const kinds = from.kinds.map(unpackKind);
  const forms: Map<number | string, Form>[] = [];
  from.forms.forEach(([row, key, kind, dead, last, codes], id) => {
    const sources = codes.map((code) => sourceOf(code));
    const ends = last !== 0;
    (forms[row] ??= new Map()).set(key, formOf(id, kinds[kind]!, sources, ends, dead < 0 ? undefined : formOf(id, kinds[dead]!, sources, ends)));
  });
  return compiled(
    { kinds, forms, pairs: new Map(from.pairs.map(([parts, kind]) => [parts, kinds[kind]!])), byKey: new Map(kinds.map((kind) => [kind.key, kind])) },
    from,
    granule,
  );
}

function sourceOf(code: number): Source {
  const place = Math.floor(code / whats.length);
  return { part: place >> 3, op: place & 7, what: whats[code % whats.length]! };
}

function unpackKind([name, key, bits, flagsRead, flagsWritten, arm, index, units, numbers]: PackedKind, id: number): Kind {
  const fields: Layout['fields'][number][] = [];
  for (let i = 0; i < numbers.length; i += 4) {
    fields.push({ param: numbers[i]!, role: numbers[i + 1] ? 'link' : 'value', offset: numbers[i + 2]!, bytes: numbers[i + 3] as 2 | 4 | 8 });
  }
  return {
    id, name, key, unit: undefined,
    exits: (bits & 1) !== 0, calls: (bits & 2) !== 0, empty: (bits & 4) !== 0, flow: flows[bits >> 3],
    flagsRead, flagsWritten, arm, index, layout: { fields, units },
  };
}
