/**
 * Places in a function that branches go to, the same for every instruction set: labels, `n(PC)`, and marks that
 * lowering sets itself. They are statements' numbers while a function is lowered, items' numbers for layout.
 */
import type { Diagnostics, Position } from './diag.js';
import type { BranchForm, Item } from './layout.js';
import { SyntaxFault } from './operand.js';
import type { AlignStatement, Arg, InstStatement, MarkStatement, TextStatement } from './syntax.js';

export type BodyStatement = InstStatement | AlignStatement | MarkStatement;

/** A statement's number, or a mark of lowering's own. */
export type Place = number | string;

/** An item whose target is not an item's number yet. `exact`: a place that is not jumped to; what stands there does not matter. */
export type Draft = Item | { readonly kind: 'jump'; readonly forms: readonly BranchForm[]; readonly to: Place; readonly exact?: boolean; readonly at: Position };

export class Places {
  private readonly labels = new Map<string, number>();
  /** Statements that do nothing but jump within the function, and the statements they go to. */
  private readonly jumps = new Map<number, number>();
  /** Answers of `follow` for those. */
  private readonly ends = new Map<number, number | undefined>();

  constructor(
    private readonly text: TextStatement,
    private readonly body: readonly BodyStatement[],
    private readonly diagnostics: Diagnostics,
  ) {
    const seen = new Map<string, Position>();
    body.forEach((s, i) => {
      for (const label of s.labels) {
        const before = seen.get(label.name);
        if (before) diagnostics.error(label.at, `label ${label.name} is already defined in line ${before.line}`);
        else {
          seen.set(label.name, label.at);
          this.labels.set(label.name, i);
        }
      }
    });
  }

  /** The statement that an operand of statement `index` names. Throws SyntaxFault. */
  target(to: Arg & { kind: 'label' | 'pc' }, index: number): number {
    return to.kind === 'label' ? this.labelTarget(to) : this.pcTarget(to, index);
  }

  /** Statement `index` does nothing but jump to statement `to`. */
  jump(index: number, to: number): void {
    this.jumps.set(index, to);
  }

  private labelTarget(to: Arg & { kind: 'label' }): number {
    const target = this.labels.get(to.name);
    if (target === undefined) throw new SyntaxFault(to.at, `undefined label ${to.name}${this.diagnostics.didYouMean(to.name, this.labels.keys())}`);
    if (to.offset !== 0n) throw new SyntaxFault(to.at, 'a label takes no offset');
    if (target === this.body.length - 1 && this.body[target]!.kind === 'mark') throw new SyntaxFault(to.at, `label ${to.name} stands after the last instruction of ${this.text.symbol.name}`);
    return target;
  }

  private pcTarget(to: Arg & { kind: 'pc' }, index: number): number {
    const target = BigInt(index) + to.offset;
    if (target < 0n || target >= BigInt(this.body.length)) throw new SyntaxFault(to.at, `${to.offset}(PC) leaves function ${this.text.symbol.name}`);
    return Number(target);
  }

  /**
   * Where a branch to statement `to` ends up: Go's assembler sends a branch to a JMP straight to that one's target.
   * Undefined when the jumps go round for ever.
   */
  private follow(to: number): number | undefined {
    const passed = new Set<number>();
    let at: number | undefined = to;
    for (let next = this.jumps.get(at); next !== undefined; next = this.jumps.get(at)) {
      if (this.ends.has(at) || passed.has(at)) break;
      passed.add(at);
      at = next;
    }
    const end = this.ends.has(at) ? this.ends.get(at) : passed.has(at) ? undefined : at;
    for (const s of passed) this.ends.set(s, end);
    return end;
  }

  /** `starts`: the first item of each statement; `marks`: items that lowering has named. Item `bodyAt` ends the prologue. */
  resolve(drafts: readonly Draft[], starts: readonly number[], marks: ReadonlyMap<string, number>, bodyAt: number): Item[] {
    const itemOf = (to: Place, self: number, exact: boolean): number => {
      if (typeof to === 'string') return marks.get(to)!;
      if (exact) return starts[to]!;
      const end = this.follow(to);
      return end === undefined ? self : starts[end]!;
    };
    return drafts.map((d, i): Item => {
      const item: Item = d.kind !== 'jump' ? d : { kind: 'branch', forms: d.forms, at: d.at, target: itemOf(d.to, i, d.exact === true) };
      return i === bodyAt && bodyAt > 0 ? { ...item, prologueEnd: true } : item;
    });
  }
}
