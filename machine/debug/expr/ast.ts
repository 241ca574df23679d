/** Expressions as trees. `at`: where a node's own sign stands in the text, from 0. */

export type UnaryOperator = '-' | '+' | '!' | '^' | '*' | '&';
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '&^' | '<<' | '>>' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||';

export type Node =
  | { readonly kind: 'int'; readonly value: bigint; readonly at: number }
  | { readonly kind: 'float'; readonly value: number; readonly at: number }
  | { readonly kind: 'rune'; readonly value: bigint; readonly at: number }
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'register'; readonly name: string; readonly at: number }
  | { readonly kind: 'select'; readonly of: Node; readonly name: string; readonly at: number }
  | { readonly kind: 'assert'; readonly of: Node; readonly type: TypeNode; readonly at: number }
  | { readonly kind: 'index'; readonly of: Node; readonly index: Node; readonly at: number }
  | { readonly kind: 'slice'; readonly of: Node; readonly from: Node | undefined; readonly to: Node | undefined; readonly at: number }
  | { readonly kind: 'call'; readonly of: Node; readonly args: readonly Node[]; readonly at: number }
  | { readonly kind: 'convert'; readonly type: TypeNode; readonly of: Node; readonly at: number }
  | { readonly kind: 'unary'; readonly op: UnaryOperator; readonly of: Node; readonly at: number }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: Node; readonly right: Node; readonly at: number };

/** A type as it is written: `*main.T`, `[]int`, `map[string]bool`. Pointers to known types need no type of their own in the image. */
export type TypeNode =
  | { readonly kind: 'pointer'; readonly target: TypeNode; readonly at: number }
  | { readonly kind: 'named'; readonly name: string; readonly at: number };

/** The name that Go has for a type. */
export const typeText = (type: TypeNode): string => (type.kind === 'pointer' ? `*${typeText(type.target)}` : type.name);

/** What an expression is read as where a type may stand: `*main.T` in parentheses, `int64`, `main.T`. */
export function asType(node: Node): TypeNode | undefined {
  switch (node.kind) {
    case 'name': return { kind: 'named', name: node.name, at: node.at };
    case 'string': return undefined;
    case 'select': {
      const path = node.of.kind === 'string' ? new TextDecoder().decode(node.of.bytes) : node.of.kind === 'name' ? node.of.name : undefined;
      return path === undefined ? undefined : { kind: 'named', name: `${path}.${node.name}`, at: node.of.at };
    }
    case 'unary': {
      const target = node.op === '*' ? asType(node.of) : undefined;
      return target && { kind: 'pointer', target, at: node.at };
    }
    default: return undefined;
  }
}
