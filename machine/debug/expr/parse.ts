/** From words to trees: Go's grammar of expressions, by precedence. Go, "Expressions". */
import { asType, typeText, type BinaryOperator, type Node, type TypeNode, type UnaryOperator } from './ast.js';
import { fail } from './error.js';
import { scan, type Token } from './scan.js';

const precedence: Readonly<Record<string, number>> = {
  '||': 1, '&&': 2, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3, '+': 4, '-': 4, '|': 4, '^': 4, '*': 5, '/': 5, '%': 5, '<<': 5, '>>': 5, '&': 5, '&^': 5,
};
const unary = new Set(['-', '+', '!', '^', '*', '&']);

/** Expressions in expressions nest so deep at most. */
const mostDepth = 200;

/** Errors: ExprError. */
export function parseExpression(text: string): Node {
  const parser = new Parser(scan(text));
  return parser.all();
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  all(): Node {
    if (this.peek().kind === 'end') fail(0, 'an expression is expected');
    const node = this.binary(1);
    if (this.peek().kind !== 'end') fail(this.peek().at, `${this.shown(this.peek())} is not expected here`);
    return node;
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  private isOp(text: string): boolean {
    const next = this.peek();
    return next.kind === 'op' && next.text === text;
  }

  private take(text: string): boolean {
    if (!this.isOp(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) fail(this.peek().at, `${text} is expected before ${this.shown(this.peek())}`);
  }

  private shown(token: Token): string {
    switch (token.kind) {
      case 'end': return 'the end';
      case 'name': case 'op': return token.text;
      case 'register': return `$${token.text}`;
      case 'string': return 'a string';
      default: return String(token.value);
    }
  }

  /** Binary operators of at least this precedence; all of one bind to the left. */
  private binary(least: number): Node {
    if (++this.depth > mostDepth) fail(this.peek().at, 'too much is nested');
    let left = this.unary();
    for (;;) {
      const next = this.peek();
      const level = next.kind === 'op' ? (precedence[next.text] ?? 0) : 0;
      if (next.kind !== 'op' || level < least) break;
      this.at++;
      const right = this.binary(level + 1);
      left = { kind: 'binary', op: next.text as BinaryOperator, left, right, at: next.at };
    }
    this.depth--;
    return left;
  }

  private unary(): Node {
    const next = this.peek();
    if (next.kind !== 'op' || !unary.has(next.text)) return this.postfix(this.operand());
    if (++this.depth > mostDepth) fail(next.at, 'too much is nested');
    this.at++;
    const of = this.unary();
    this.depth--;
    return { kind: 'unary', op: next.text as UnaryOperator, of, at: next.at };
  }

  private operand(): Node {
    const token = this.peek();
    switch (token.kind) {
      case 'int': case 'rune':
        this.at++;
        return { kind: token.kind, value: token.value, at: token.at };
      case 'float':
        this.at++;
        return { kind: 'float', value: token.value, at: token.at };
      case 'string':
        this.at++;
        return { kind: 'string', bytes: token.bytes, at: token.at };
      case 'register':
        this.at++;
        return { kind: 'register', name: token.text, at: token.at };
      case 'name':
        if (startsType.has(token.text)) return this.conversion();
        this.at++;
        return { kind: 'name', name: token.text, at: token.at };
      case 'op':
        if (token.text === '[') return this.conversion();
        if (this.take('(')) {
          const inner = this.binary(1);
          this.expect(')');
          return this.isOp('(') ? this.parenthesised(inner) : inner;
        }
        return fail(token.at, `a value is expected before ${token.text}`);
      case 'end':
        return fail(token.at, 'a value is expected at the end');
    }
  }

  /** `(*main.T)(x)`. */
  private parenthesised(inner: Node): Node {
    const type = asType(inner);
    if (type === undefined) fail(inner.at, 'what is called here is neither a type nor len or cap');
    return this.converted(type);
  }

  /** A type that no expression begins like, and what is converted to it. */
  private conversion(): Node {
    return this.converted(this.type());
  }

  private converted(type: TypeNode): Node {
    this.expect('(');
    const of = this.binary(1);
    this.expect(')');
    return { kind: 'convert', type, of, at: type.at };
  }

  private type(): TypeNode {
    const { at } = this.peek();
    if (this.take('*')) return { kind: 'pointer', target: this.type(), at };
    return { kind: 'named', name: this.typeName(), at };
  }

  /** A type as the image's names have it. */
  private typeName(): string {
    if (this.take('[')) {
      const count = this.peek();
      if (this.take(']')) return `[]${typeText(this.type())}`;
      if (count.kind !== 'int') fail(count.at, 'a number of elements or ] is expected');
      this.at++;
      this.expect(']');
      return `[${count.value}]${typeText(this.type())}`;
    }
    const token = this.peek();
    if (token.kind !== 'name' && token.kind !== 'string') fail(token.at, `a type is expected before ${this.shown(token)}`);
    this.at++;
    const first = 'text' in token ? token.text : new TextDecoder().decode(token.bytes);
    if (first === 'map') {
      this.expect('[');
      const key = typeText(this.type());
      this.expect(']');
      return `map[${key}]${typeText(this.type())}`;
    }
    if (first === 'chan') return `chan ${typeText(this.type())}`;
    if (first === 'interface' || first === 'struct') {
      this.expect('{');
      this.expect('}');
      return `${first} {}`;
    }
    if (!this.take('.')) return first;
    const second = this.peek();
    if (second.kind !== 'name') fail(second.at, `a name is expected before ${this.shown(second)}`);
    this.at++;
    return `${first}.${second.text}`;
  }

  private postfix(operand: Node): Node {
    let node = operand;
    for (;;) {
      const { at } = this.peek();
      if (this.take('.') || this.take('->')) node = this.selected(node, at);
      else if (this.take('[')) node = this.indexed(node, at);
      else if (this.isOp('(')) node = this.called(node, at);
      else return node;
    }
  }

  private selected(of: Node, at: number): Node {
    if (this.take('(')) {
      const type = this.type();
      this.expect(')');
      return { kind: 'assert', of, type, at };
    }
    const name = this.peek();
    if (name.kind !== 'name') fail(name.at, `a field's name is expected before ${this.shown(name)}`);
    this.at++;
    return { kind: 'select', of, name: name.text, at: name.at };
  }

  private indexed(of: Node, at: number): Node {
    const from = this.isOp(':') ? undefined : this.binary(1);
    if (!this.take(':')) {
      this.expect(']');
      return { kind: 'index', of, index: from!, at };
    }
    const to = this.isOp(']') ? undefined : this.binary(1);
    this.expect(']');
    return { kind: 'slice', of, from, to, at };
  }

  private called(of: Node, at: number): Node {
    this.expect('(');
    const args: Node[] = [];
    while (!this.isOp(')')) {
      args.push(this.binary(1));
      if (!this.take(',')) break;
    }
    this.expect(')');
    return { kind: 'call', of, args, at };
  }
}

/** Words that begin types and nothing else. */
const startsType = new Set(['map', 'chan', 'interface', 'struct']);
