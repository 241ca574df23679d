/** The compiled model is there wherever the machine runs: from modules and from the pack, on a memory of any size. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { memoryModel, newModel, type ModelLinks } from '../../../machine/memory/model.js';
import { modelImage } from '../../../machine/memory/modelImage.js';
import { Ram } from '../../../machine/memory/ram.js';
import { root } from '../../helpers/root.js';

const Model = suite('model');

const packed = join(root, 'dist/machine/command/rt0.pack');

/** A model keeps its cells in its Ram, and in no other. */
function separate(make: typeof newModel): void {
  const rams = [new Ram(65536, 65536), new Ram(3.5 * 2 ** 30)];
  const models = rams.map((ram) => make(ram, {} as ModelLinks, []));
  const arrays = models.map((model) => model.newArray(4, 2, 0, 1));
  const line = (i: number): number => rams[i]!.i32[models[i]!.cellsOf(arrays[i]!) >> 2]!;
  assert.equal([line(0), line(1)], [-1, -1]);
  models[0]!.putIn(arrays[0]!, 0, 8, 1);
  assert.equal([line(0), line(1)], [8, -1]);
  models[1]!.putIn(arrays[1]!, 0, 4, 1);
  assert.equal([line(0), line(1)], [8, 4]);
}

Model('works on the memory of a Ram, small or large, and is compiled once', () => {
  separate(newModel);
  assert.is(memoryModel(), memoryModel());
});

Model('is what the build wrote', () => {
  assert.ok(readFileSync(join(root, 'dist/machine/memory/model.wasm')).equals(modelImage()));
});

// esbuild may be missing, and then there is no pack: tests/build/pack.test.ts says so
(existsSync(packed) ? Model : Model.skip)('is read from the pack when first asked for', async () => {
  const bytes = readFileSync(packed);
  const dataStart = 8 + bytes.readUInt32LE(0) + bytes.readUInt32LE(4);
  const reads: number[] = [];
  const read = (from: number, to: number): Uint8Array => {
    reads.push(to - from);
    return bytes.subarray(dataStart + from, dataStart + to);
  };
  const module = { exports: {} as typeof import('../../../build/entry.js') };
  const url = pathToFileURL(join(root, 'dist/machine/command/main.js')).href;
  const bundle = runInThisContext(bytes.toString('latin1', 8, 8 + bytes.readUInt32LE(0)), 'rt0.pack') as (...args: unknown[]) => void;
  bundle(module.exports, createRequire(url), module, url, (name: string) => import(name), read);
  const { memoryModel: ofPack, newModel: makes } = await module.exports.memoryModel();
  assert.equal(reads, []);
  separate(makes);
  assert.is(ofPack(), ofPack());
  assert.equal(reads, [readFileSync(join(root, 'dist/machine/memory/model.wasm')).length]);
});

Model.run();
