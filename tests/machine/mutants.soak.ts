import { run } from './mutants.js';

run('mutated programs, in full', 10_000, 2);
