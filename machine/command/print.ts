/** Long texts to standard output. */
import { Folders } from './folders.js';
import { NodeHost } from './host.js';

/** Lines are written in pieces of about this many characters. */
const pieceChars = 1 << 16;

/** Writes lines, each with its end. Errors: BrokenPipe when nobody reads any more. */
export function print(lines: Iterable<string>): void {
  const host = new NodeHost(new Folders([]));
  const encoder = new TextEncoder();
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceChars) continue;
    host.write(1, encoder.encode(piece));
    piece = '';
  }
  if (piece !== '') host.write(1, encoder.encode(piece));
}
