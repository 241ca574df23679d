/** Software floats against the host CPU: a million operations. */
import { floatsOnHost } from '../../helpers/hostFloat.js';

floatsOnHost('soft float on the host, long', 1_000_000, 21);
