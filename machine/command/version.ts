/** `rt0 version`. */
import { readFileSync } from 'node:fs';
import type { Command } from './command.js';
import { parse } from './options.js';

/** The version that package.json states. */
export function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

export const versionCommand: Command = {
  name: 'version',
  usage: 'rt0 version',
  summary: 'print the version',
  text: 'Prints the version of rt0, and of the Node.js that runs it.',
  options: [],
  async run(words) {
    parse(words, []);
    process.stdout.write(`rt0 ${version()} (node ${process.versions.node})\n`);
    return 0;
  },
};
