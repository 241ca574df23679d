/** A job for threads.test.ts. */
import * as assert from 'uvu/assert';

export function job(what: 'double' | 'throw' | 'exit' | 'assert', n: number): number {
  switch (what) {
    case 'double': return 2 * n;
    case 'throw': throw new Error('one too many');
    case 'exit': return process.exit(n);
    case 'assert': assert.is(n, 5);
  }
  return n;
}
