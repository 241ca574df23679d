/**
 * The input log as a file: what a run was made of, every answer of the host, and how the run ended. A replay needs
 * nothing else of the outside.
 *
 * File: magic, format version, length and hash of the body; then the body, plain data (plain.ts). Little-endian. A file that
 * is foreign, cut or damaged is refused by an InputLogError. Equal answers are kept once, and so are equal pieces of 4 KiB of
 * what was read: reading a file again, in whatever portions of whole pages, costs little more than the record.
 */
import type { Config } from './config.js';
import { Hash, hashOf } from './hash.js';
import type { HostRead, InputRecord } from './host.js';
import type { FileAnswer } from './hostFiles.js';
import { decode, encode, PlainError } from './plain.js';

/** Raised when what is kept, or how, changes. */
export const inputLogVersion = 2;
const magic = 'rt0 input log\n\0\0';
const headBytes = magic.length + 4 + 8 + 8;
const pieceBytes = 4096;

/** One line that stands after a file name. */
export class InputLogError extends Error {
  override readonly name = 'InputLogError';
}

export interface InputLog {
  readonly config: Config;
  /** Hash of the image that was loaded. */
  readonly image: string;
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Instructions after which the run was to stop; 0: no limit. */
  readonly limit: number;
  /** Which of descriptors 0 to 2 were terminals. */
  readonly terminals: readonly boolean[];
  readonly records: readonly InputRecord[];
  readonly end: RunEnd;
}

/** How a run ended. */
export interface RunEnd {
  readonly status: number;
  readonly cycles: number;
  readonly digest: string;
}

/** An answer as kept: plain, or the numbers of its pieces. */
type Kept = { readonly plain: Exclude<FileAnswer | HostRead, Uint8Array> } | { readonly pieces: readonly number[] };

/** Records by column. Of a record about files `who` is the question's kind, of others the descriptor. */
interface Columns {
  readonly asks: readonly string[];
  readonly who: readonly (string | number)[];
  /** Since the record before. */
  readonly ticks: readonly number[];
  /** Of questions about files, 8 bytes each. */
  readonly hashes: Uint8Array;
  readonly answers: readonly number[];
}

type Body = Omit<InputLog, 'records'> & { readonly pieces: readonly Uint8Array[]; readonly kept: readonly Kept[]; readonly columns: Columns };

export function writeInputLog(log: InputLog): Uint8Array {
  const pieces = new Table<Uint8Array>((p) => p);
  const kept = new Table<Kept>((a) => encode(a));
  const files = log.records.filter((r) => r.ask === 'file');
  const hashes = new Uint8Array(files.length * 8);
  files.forEach((r, i) => {
    for (let b = 0; b < 8; b++) hashes[i * 8 + b] = parseInt(r.hash.slice(2 * b, 2 * b + 2), 16);
  });
  let last = 0;
  const columns: Columns = {
    asks: log.records.map((r) => r.ask),
    who: log.records.map((r) => (r.ask === 'file' ? r.what : r.fd)),
    ticks: log.records.map((r) => {
      const since = r.ticks - last;
      last = r.ticks;
      return since;
    }),
    hashes,
    answers: log.records.map(({ answer }) => kept.add(answer instanceof Uint8Array ? { pieces: cut(answer).map((p) => pieces.add(p)) } : { plain: answer })),
  };
  const { records: _records, ...origin } = log;
  const body: Body = { ...origin, pieces: pieces.list, kept: kept.list, columns };
  return sealed(encode(body));
}

/** Equal values under one number. */
class Table<T> {
  readonly list: T[] = [];
  private readonly known = new Map<string, number[]>();

  constructor(private readonly bytesOf: (value: T) => Uint8Array) {}

  add(value: T): number {
    const bytes = this.bytesOf(value);
    const key = hashOf(bytes);
    const same = this.known.get(key) ?? [];
    const found = same.find((i) => equal(this.bytesOf(this.list[i]!), bytes));
    if (found !== undefined) return found;
    this.known.set(key, [...same, this.list.length]);
    return this.list.push(value) - 1;
  }
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

function cut(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
  return pieces;
}

function sealed(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(headBytes + body.length);
  const view = new DataView(out.buffer);
  out.set(Uint8Array.from(magic, (c) => c.charCodeAt(0)));
  view.setUint32(magic.length, inputLogVersion, true);
  view.setFloat64(magic.length + 4, body.length, true);
  lanesOf(body).forEach((lane, i) => view.setInt32(magic.length + 12 + 4 * i, lane, true));
  out.set(body, headBytes);
  return out;
}

function lanesOf(bytes: Uint8Array): [number, number] {
  const h = new Hash();
  h.bytes(bytes);
  return h.lanes();
}

export function readInputLog(file: Uint8Array): InputLog {
  for (let i = 0; i < magic.length; i++) if (file[i] !== magic.charCodeAt(i)) throw new InputLogError('not an input log');
  if (file.length < headBytes) throw new InputLogError('input log is cut short');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(magic.length, true);
  if (version !== inputLogVersion) throw new InputLogError(`input log of format ${version}; this program reads format ${inputLogVersion}`);
  const length = view.getFloat64(magic.length + 4, true);
  if (!(length >= 0 && headBytes + length <= file.length)) throw new InputLogError('input log is cut short');
  if (headBytes + length < file.length) throw new InputLogError('input log is damaged: bytes left over');
  const body = new Uint8Array(file.subarray(headBytes)); // a copy starts at a multiple of 8
  lanesOf(body).forEach((lane, i) => {
    if (lane !== view.getInt32(magic.length + 12 + 4 * i, true)) throw new InputLogError('input log is damaged');
  });
  try {
    const { pieces, kept, columns, ...origin } = decode(body) as Body;
    return { ...origin, records: recordsOf(columns, kept.map((k) => whole(k, pieces))) };
  } catch (e) {
    if (e instanceof PlainError) throw new InputLogError(`input log is damaged: ${e.message}`);
    throw e;
  }
}

function whole(kept: Kept, pieces: readonly Uint8Array[]): FileAnswer | HostRead {
  if ('plain' in kept) return kept.plain;
  const parts = kept.pieces.map((i) => pieces[i]!);
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

function recordsOf(c: Columns, answers: readonly (FileAnswer | HostRead)[]): InputRecord[] {
  let ticks = 0;
  let file = 0;
  return c.asks.map((ask, i): InputRecord => {
    ticks += c.ticks[i]!;
    const answer = answers[c.answers[i]!]!;
    if (ask !== 'file') return { ask: ask as 'read' | 'poll', ticks, fd: c.who[i] as number, answer: answer as HostRead };
    const hash = [...c.hashes.subarray(8 * file, 8 * file + 8)].map((b) => b.toString(16).padStart(2, '0')).join('');
    file++;
    return { ask, ticks, what: c.who[i] as (InputRecord & { ask: 'file' })['what'], hash, answer: answer as FileAnswer };
  });
}

/** The first thing in which a run differs from the recorded one, as a line; undefined when they are the same. */
export function difference(log: InputLog, config: Config, image: string, path: string, argv: readonly string[], env: readonly string[]): string | undefined {
  const show = (v: unknown): string => JSON.stringify(v);
  for (const key of Object.keys({ ...log.config, ...config }) as (keyof Config)[]) {
    if (show(log.config[key]) !== show(config[key])) return `recorded with ${key} ${show(log.config[key])}, not ${show(config[key])}`;
  }
  if (log.image !== image) return 'recorded with another image';
  if (log.path !== path || show(log.argv) !== show(argv)) return `recorded with arguments ${show(log.argv)}, not ${show(argv)}`;
  return show(log.env) === show(env) ? undefined : `recorded with environment ${show(log.env)}, not ${show(env)}`;
}
