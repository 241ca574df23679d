/** The project's root folder, seen from the compiled tests in dist/tests/helpers. */
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');
