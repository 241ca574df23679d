import { run } from './damaged.js';

run('damaged debugging information', 300, 1);
