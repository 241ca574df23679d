import { suite } from 'uvu';
import { checkModel } from './model.js';
const Model = suite('the scheduler beside a plain reference, in full');

Model('20 000 random histories', () => checkModel(20_000, 2));

Model.run();
