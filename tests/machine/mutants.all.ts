import { run } from './mutants.js';

run('mutated programs', 300, 1);
