import { run } from './executors.js';

run('executors, sampled', 60_000, 8_000);
