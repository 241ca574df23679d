import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { newTree, Tree, type TreeNode } from '../../../../machine/kernel/sched/tree.js';
import { Random } from '../../../../machine/kernel/random.js';
const Trees = suite('red-black tree');

/** Black nodes on every way down from `id`; throws where an invariant does not hold. */
function blacks(nodes: readonly TreeNode[], id: number, parent: number): number {
  if (id === 0) return 1;
  const n = nodes[id]!;
  assert.is(n.parent, parent);
  if (n.red) assert.ok(parent !== 0 && !nodes[parent]!.red, 'a red node below a red one');
  const [left, right] = [blacks(nodes, n.left, id), blacks(nodes, n.right, id)];
  assert.is(left, right, 'ways of different length');
  return left + (n.red ? 0 : 1);
}

Trees('stays ordered, balanced and linked through 20 000 random changes, as a sorted list does', () => {
  const random = new Random(3);
  const nodes = Array.from({ length: 201 }, (): TreeNode => ({ vruntime: 0, left: 0, right: 0, parent: 0, red: false }));
  const tree = new Tree(newTree(), (id) => nodes[id]!);
  let list: number[] = [];
  for (let step = 0; step < 20_000; step++) {
    const id = 1 + random.below(200);
    if (list.includes(id)) {
      tree.remove(id);
      list = list.filter((other) => other !== id);
    } else {
      nodes[id]!.vruntime = random.below(step < 10_000 ? 30 : 1e9);
      tree.insert(id);
      const at = list.findIndex((other) => nodes[other]!.vruntime > nodes[id]!.vruntime);
      list.splice(at < 0 ? list.length : at, 0, id);
    }
    assert.is(tree.state.size, list.length);
    assert.is(tree.state.leftmost, list[0] ?? 0);
    if (step % 20 > 0) continue;
    blacks(nodes, tree.state.root, 0);
    const order: number[] = [];
    for (let at = tree.state.leftmost; at !== 0; at = tree.next(at)) order.push(at);
    assert.equal(order, list);
  }
});

Trees.run();
