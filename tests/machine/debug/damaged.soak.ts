import { run } from './damaged.js';

run('damaged debugging information, in full', 10_000, 2);
