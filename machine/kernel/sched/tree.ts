/**
 * A red-black tree of tasks by vruntime, with its first node at hand: the order in which a core's tasks are due. Equal keys keep
 * the order of their coming. The links are numbers in the nodes, so that a snapshot copies them. Cormen et al., Introduction to
 * Algorithms, chapter 13.
 *
 * Invariants: a red node has no red child; all ways from the root down pass equally many black nodes. Number 0 is no node.
 */
export interface TreeNode {
  vruntime: number;
  left: number;
  right: number;
  parent: number;
  red: boolean;
}

export interface TreeState {
  root: number;
  leftmost: number;
  size: number;
}

export const newTree = (): TreeState => ({ root: 0, leftmost: 0, size: 0 });

export class Tree {
  constructor(
    readonly state: TreeState,
    private readonly node: (id: number) => TreeNode,
  ) {}

  insert(id: number): void {
    const added = this.node(id);
    let parent = 0;
    let first = true;
    for (let at = this.state.root; at !== 0;) {
      const n = this.node(at);
      parent = at;
      if (added.vruntime < n.vruntime) at = n.left;
      else {
        at = n.right;
        first = false;
      }
    }
    added.left = added.right = 0;
    added.parent = parent;
    added.red = true;
    if (parent === 0) this.state.root = id;
    else if (added.vruntime < this.node(parent).vruntime) this.node(parent).left = id;
    else this.node(parent).right = id;
    if (first) this.state.leftmost = id;
    this.state.size++;
    this.afterInsert(id);
  }

  private afterInsert(id: number): void {
    let at = id;
    for (;;) {
      const n = this.node(at);
      if (n.parent === 0 || !this.node(n.parent).red) break;
      const parent = n.parent;
      const above = this.node(parent).parent; // there is one: the root is black
      const g = this.node(above);
      const isLeft = g.left === parent;
      const uncle = isLeft ? g.right : g.left;
      if (uncle !== 0 && this.node(uncle).red) {
        this.node(parent).red = this.node(uncle).red = false;
        g.red = true;
        at = above;
        continue;
      }
      const inner = isLeft ? this.node(parent).right === at : this.node(parent).left === at;
      if (inner) this.rotate(parent, isLeft);
      this.node(inner ? at : parent).red = false;
      g.red = true;
      this.rotate(above, !isLeft);
      break;
    }
    this.node(this.state.root).red = false;
  }

  remove(id: number): void {
    const gone = this.node(id);
    if (this.state.leftmost === id) this.state.leftmost = this.next(id);
    this.state.size--;
    let child: number; // takes the place of the node that is cut out
    let parent: number; // of that place
    let red: boolean; // what was cut out
    if (gone.left !== 0 && gone.right !== 0) {
      const heir = this.next(id); // it has no left child, and takes over place and colour
      const h = this.node(heir);
      child = h.right;
      parent = h.parent === id ? heir : h.parent;
      red = h.red;
      if (h.parent !== id) {
        this.replace(heir, child);
        h.right = gone.right;
        this.node(h.right).parent = heir;
      }
      this.replace(id, heir);
      h.left = gone.left;
      this.node(h.left).parent = heir;
      h.red = gone.red;
    } else {
      child = gone.left !== 0 ? gone.left : gone.right;
      parent = gone.parent;
      red = gone.red;
      this.replace(id, child);
    }
    if (!red) this.afterRemove(child, parent);
    gone.left = gone.right = gone.parent = 0;
  }

  /** The ways through `child`, which may be none, lack a black node. */
  private afterRemove(child: number, parent: number): void {
    let at = child;
    let above = parent;
    while (at !== this.state.root && !this.isRed(at)) {
      const p = this.node(above);
      const isLeft = p.left === at;
      let sibling = isLeft ? p.right : p.left;
      if (this.isRed(sibling)) {
        this.node(sibling).red = false;
        p.red = true;
        this.rotate(above, isLeft);
        sibling = isLeft ? p.right : p.left;
      }
      const s = this.node(sibling);
      if (!this.isRed(s.left) && !this.isRed(s.right)) {
        s.red = true;
        at = above;
        above = p.parent;
        continue;
      }
      const near = isLeft ? s.left : s.right;
      if (!this.isRed(isLeft ? s.right : s.left)) {
        this.node(near).red = false;
        s.red = true;
        this.rotate(sibling, !isLeft);
        sibling = near;
      }
      const top = this.node(sibling);
      top.red = p.red;
      p.red = false;
      this.node(isLeft ? top.right : top.left).red = false;
      this.rotate(above, isLeft);
      return;
    }
    if (at !== 0) this.node(at).red = false;
  }

  /** The node after this one, 0 for none. */
  next(id: number): number {
    const n = this.node(id);
    if (n.right !== 0) {
      let at = n.right;
      for (let left = this.node(at).left; left !== 0; left = this.node(at).left) at = left;
      return at;
    }
    let at = id;
    let parent = n.parent;
    while (parent !== 0 && this.node(parent).right === at) {
      at = parent;
      parent = this.node(at).parent;
    }
    return parent;
  }

  private isRed(id: number): boolean {
    return id !== 0 && this.node(id).red;
  }

  /** `by`, perhaps none, takes the place of `id` below its parent. */
  private replace(id: number, by: number): void {
    const { parent } = this.node(id);
    if (parent === 0) this.state.root = by;
    else if (this.node(parent).left === id) this.node(parent).left = by;
    else this.node(parent).right = by;
    if (by !== 0) this.node(by).parent = parent;
  }

  /** A child comes up: the right one when `toLeft`, and `id` becomes its left child; or the other way round. */
  private rotate(id: number, toLeft: boolean): void {
    const n = this.node(id);
    const up = toLeft ? n.right : n.left;
    const u = this.node(up);
    const inner = toLeft ? u.left : u.right;
    this.replace(id, up);
    if (toLeft) {
      n.right = inner;
      u.left = id;
    } else {
      n.left = inner;
      u.right = id;
    }
    if (inner !== 0) this.node(inner).parent = id;
    n.parent = up;
  }
}
