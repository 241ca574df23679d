import { suite } from 'uvu';
import { checkModel } from './model.js';
const Model = suite('the scheduler beside a plain reference');

Model('150 random histories', () => checkModel(150, 1));

Model.run();
