/** Coherence under random traffic of 2 to 16 cores: a sample. helpers/traffic.ts says what is checked. */
import { suite } from 'uvu';
import { checkCoherence, checkContinuing } from '../../helpers/coherence.js';
const Coherence = suite('machine/memory coherence');
const seed = 20261128;

Coherence('one writer or many readers, nobody reads old data, directory, L3 and hooks agree with the caches', () => {
  const made = checkCoherence(60, 2000, seed);
  console.log(`${made} requests, seed ${seed}`);
});

Coherence('what is saved continues identically', () => {
  checkContinuing(60, 1000, seed);
});

Coherence.run();
