import { goPrograms } from '../../helpers/toolchain.js';
import { straceGo } from './straceGo.js';

straceGo(goPrograms);
