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

const refKey = (r: ConstRef | SlotRef): string => (typeof r === 'object' ? `$${r.param}` : r.toString());

/** Everything that tells two nodes apart. Most fields are absent in most nodes, and start-up makes thousands of these. */
function nodeKey(n: Node): string {
  let key = n.ty === undefined ? n.op : n.op + ' ' + n.ty;
  for (const a of n.args) key += ' ' + a;
  if (n.slot !== undefined) key += ' @' + refKey(n.slot);
  if (n.imm !== undefined) key += ' #' + refKey(n.imm);
  if (n.fall !== undefined) key += ' :' + refKey(n.fall);
  if (n.bits !== undefined) key += ' b' + n.bits + (n.signed ? 's' : '') + (n.modify ? 'm' : '') + (n.align ?? '');
  if (n.name !== undefined) key += ' ' + n.name;
  if (n.lanes !== undefined) key += ' ' + n.lanes.join();
  return key;
}

/** x & x and x | x are x: TEST r, r comes to this when both operands are the same hole. */
function simpler(n: Node, args: readonly Value[]): Value | undefined {
  const twin = n.op === 'i64.and' || n.op === 'i32.and' || n.op === 'i64.or' || n.op === 'i32.or';
  return twin && args[0] === args[1] ? args[0] : undefined;
}

/** The improved unit, and a text that is equal for equal units. */
export function tidy(unit: Unit): { unit: Unit; key: string } {
  const used = usedNodes(unit.nodes);
  const nodes: Node[] = [];
  const pure = new Map<string, Value>();
  const gets = new Map<string, Value>();
  const renamed: Value[] = [];
  let all = unit.params.join();
  const add = (n: Node, key: string): Value => {
    all += '\n' + key;
    nodes.push(n);
    return (nodes.length - 1) as Value;
  };
  unit.nodes.forEach((old, i) => {
    if (used[i] === 0) return;
    const args = old.args.map((a) => renamed[a]!);
    const same = simpler(old, args);
    if (same !== undefined) {
      renamed[i] = same;
      return;
    }
    const n: Node = { ...old, args };
    const key = nodeKey(n);
    if (hasEffect(n)) {
      // a put may change any cell: slots of holes are unknown, and byte registers overlap
      if (n.op === 'put' || n.op === 'call') gets.clear();
      renamed[i] = add(n, key);
      return;
    }
    const known = n.op === 'get' ? gets : pure;
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = add(n, key)));
    renamed[i] = value;
  });
  return { unit: { nodes, params: unit.params }, key: all };
}

/** 1 per node that has an effect or that such a node needs. */
function usedNodes(nodes: readonly Node[]): Uint8Array {
  const used = new Uint8Array(nodes.length);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const n = nodes[i]!;
    if (hasEffect(n)) used[i] = 1;
    if (used[i]) for (const a of n.args) used[a] = 1;
  }
  return used;
}
