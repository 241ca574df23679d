/** Software floats against the host CPU: a seeded sample. */
import { floatsOnHost } from '../../helpers/hostFloat.js';

floatsOnHost('soft float on the host', 200_000, 20);
