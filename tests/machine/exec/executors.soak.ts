import { run } from './executors.js';

run('executors, in full', 1_000_000, 100_000);
