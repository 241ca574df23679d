/**
 * Expressions: read once, evaluated often. What a text means at a pc is worked out at its first evaluation there and kept, so that a condition costs
 * microseconds at each of a million stops.
 */
import type { DebugInfo } from '../info.js';
import type { Limits } from '../values/text.js';
import type { Node } from './ast.js';
import { compile } from './compile.js';
import type { Compiled } from './names.js';
import { parseExpression } from './parse.js';
import { basicBytes, loaded, resultText, truthOf, unread, type Result } from './result.js';
import type { Scope } from './scope.js';

export class Expression {
  private info: DebugInfo | undefined;
  private readonly compiled = new Map<number, Compiled>();

  constructor(
    readonly text: string,
    readonly tree: Node,
  ) {}

  /** What it gives in a scope. Errors: ExprError. */
  evaluate(scope: Scope): Result {
    if (this.info !== scope.info) {
      this.info = scope.info;
      this.compiled.clear();
    }
    const { lookup, inline = 0 } = scope;
    const key = lookup * 64 + inline;
    let code = this.compiled.get(key);
    if (code === undefined) this.compiled.set(key, (code = compile(this.tree, { info: scope.info, lookup, inline })));
    return code(scope);
  }
}

/** Errors: ExprError. */
export const parse = (text: string): Expression => new Expression(text, parseExpression(text));

/** Errors: ExprError. */
export const evaluate = (expression: Expression, scope: Scope): Result => expression.evaluate(scope);

/** A condition. Errors: ExprError. */
export const holds = (expression: Expression, scope: Scope): boolean => truthOf(expression.evaluate(scope), expression.tree.at);

/** What `print` shows. Errors: ExprError, also where the value as a whole cannot be read; parts of it that cannot say so in the text. */
export function show(expression: Expression, scope: Scope, limits: Partial<Limits> = {}): string {
  const result = expression.evaluate(scope);
  if (result.kind === 'cell' || result.kind === 'symbol') return resultText(loaded(result, expression.tree.at), scope, limits);
  if (result.kind === 'object') {
    const { type, place } = result.value;
    const first = place.read(0, Math.min(type.size, 8));
    if (typeof first === 'string') unread(expression.tree.at, first);
  }
  return resultText(result, scope, limits);
}

/** Where what an expression names lies, for watchpoints. Errors: ExprError; undefined where it is no variable in memory. */
export function rangeOf(expression: Expression, scope: Scope): { readonly address: number; readonly bytes: number } | undefined {
  const result = expression.evaluate(scope);
  if (result.kind === 'cell') return { address: result.place.address!, bytes: basicBytes(result.basic) };
  if (result.kind !== 'object' || result.value.place.address === undefined) return undefined;
  return { address: result.value.place.address, bytes: result.value.type.size };
}
