/** Listings of reference disassemblers, as instructions. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Listed {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly text: string;
}

async function* linesOf(command: string, args: readonly string[]): AsyncGenerator<string> {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) yield line;
}

/** `objdump -d`, the .text section. */
export async function* objdump(path: string): AsyncGenerator<Listed> {
  for await (const line of linesOf('objdump', ['-d', '-w', '-j', '.text', path])) {
    const [address, hex, text] = line.split('\t');
    if (text === undefined || !address!.endsWith(':')) continue;
    yield { address: parseInt(address!, 16), bytes: Buffer.from(hex!.replaceAll(' ', ''), 'hex'), text: text.trimEnd() };
  }
}

/** `go tool objdump`. */
export async function* goObjdump(go: string, path: string): AsyncGenerator<Listed> {
  for await (const line of linesOf(go, ['tool', 'objdump', path])) {
    const m = /\t(0x[0-9a-f]+)\t+([0-9a-f]+)\t+([^\t]*)/.exec(line);
    if (m) yield { address: Number(m[1]), bytes: Buffer.from(m[2]!, 'hex'), text: m[3]!.trimEnd() };
  }
}
