/** A few Go programs, hello among them; the soak takes all. See straceGo.ts. */
import { Random } from '../../../machine/kernel/random.js';
import { goPrograms } from '../../helpers/toolchain.js';
import { straceGo } from './straceGo.js';

const random = new Random(1);
const rest = goPrograms.filter((p) => p.name !== 'go/hello');
straceGo(goPrograms.filter((p) => p.name === 'go/hello').concat(Array.from({ length: 3 }, () => rest[random.below(rest.length)]!)));
