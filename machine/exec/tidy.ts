/**
 * Small improvements on a unit before it is emitted once and run a billion times: equal pure nodes become one,
 * unused ones go. V8 does not merge repeated loads of WebAssembly memory, so reading a register twice would be two loads.
 */
import type { ConstRef, Node, SlotRef, Unit, Value } from '../../isa/ir.js';

/** Nodes that may not be dropped, doubled or moved freely. */
export function hasEffect(n: Node): boolean {
  switch (n.op) {
    case 'put': case 'load': case 'store': case 'probe': case 'call': case 'trapif': case 'trap': case 'jump': case 'branch':
      return true;
    default:
      return false;
  }
}

/** True for nodes after which the machine may see the state: a fault, a trap, or a helper. */
export function mayStop(n: Node): boolean {
  return n.op === 'load' || n.op === 'store' || n.op === 'probe' || n.op === 'call' || n.op === 'trapif' || n.op === 'trap';
}

const refKey = (r: ConstRef | SlotRef | undefined): string => (r === undefined ? '' : typeof r === 'object' ? `$${r.param}` : String(r));

/** Everything that tells two nodes apart. */
export function nodeKey(n: Node): string {
  return `${n.op}|${n.ty ?? ''}|${n.args.join()}|${refKey(n.imm)}|${refKey(n.fall)}|${refKey(n.slot)}|${n.bits ?? ''}|${n.signed ?? ''}|${n.align ?? ''}|${n.name ?? ''}|${n.lanes?.join() ?? ''}`;
}

/** x & x and x | x are x: TEST r, r and the zero idioms come to this when both operands are the same hole. */
function simpler(n: Node): Value | undefined {
  if ((n.op === 'i64.and' || n.op === 'i32.and' || n.op === 'i64.or' || n.op === 'i32.or') && n.args[0] === n.args[1]) return n.args[0];
  return undefined;
}

export function tidy(unit: Unit): Unit {
  const nodes: Node[] = [];
  const seen = new Map<string, Value>();
  const renamed: Value[] = [];
  for (const old of unit.nodes) {
    const n: Node = { ...old, args: old.args.map((a) => renamed[a]!) };
    const same = simpler(n);
    if (same !== undefined) {
      renamed.push(same);
      continue;
    }
    if (hasEffect(n)) {
      // a put may change any cell: slots of holes are unknown, and byte registers overlap
      if (n.op === 'put' || n.op === 'call') for (const [k] of seen) if (k.startsWith('get|')) seen.delete(k);
      renamed.push(nodes.length as Value);
      nodes.push(n);
      continue;
    }
    const key = nodeKey(n);
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      renamed.push(earlier);
      continue;
    }
    seen.set(key, nodes.length as Value);
    renamed.push(nodes.length as Value);
    nodes.push(n);
  }
  return dropUnused({ nodes, params: unit.params });
}

function dropUnused(unit: Unit): Unit {
  const used = new Uint8Array(unit.nodes.length);
  for (let i = unit.nodes.length - 1; i >= 0; i--) {
    const n = unit.nodes[i]!;
    if (hasEffect(n)) used[i] = 1;
    if (used[i]) for (const a of n.args) used[a] = 1;
  }
  const renamed: Value[] = [];
  const nodes: Node[] = [];
  unit.nodes.forEach((n, i) => {
    renamed.push(nodes.length as Value);
    if (used[i]) nodes.push({ ...n, args: n.args.map((a) => renamed[a]!) });
  });
  return { nodes, params: unit.params };
}
