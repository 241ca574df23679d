/** 10^6 random calls. */
import { suite } from 'uvu';
import { figures, noAnswers, randomCalls } from './calls.js';
const Calls = suite('random calls, all');

const answers = noAnswers();
const start = Date.now();

for (let seed = 1; seed <= 100; seed++) Calls(`seed ${seed}`, () => void randomCalls(seed, 10_000, answers));
Calls('sizes', () => console.log(`random calls: ${figures(answers)}; ${Math.round((Date.now() - start) / 1000)} s`));

Calls.run();
