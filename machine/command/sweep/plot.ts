/** The picture of a sweep, drawn by Vega: one axis along, a measure up, an axis as lines, up to two more as panels side by side and below each other. */
import type { TopLevelSpec } from 'vega-lite';
import { InputError } from '../options.js';
import { figureOf, type Done } from './report.js';
import { labelOf, type Spec } from './spec.js';

/** Axes over which the picture shows mean and extremes. */
const sampled = new Set(['seed']);

/** The picture as Vega-Lite describes it. */
export function pictureOf(spec: Spec, done: readonly Done[]): TopLevelSpec {
  const { x, y, series, title, scale } = spec.plot;
  const measure = spec.measures.find((m) => m.name === y)!;
  const along = spec.axes.find((a) => a.key === x);
  const numeric = along?.values.every((v) => typeof v === 'number') ?? false;
  // names without dots, which Vega takes for paths
  const values = done.filter(({ ran }) => ran.failure === undefined).map(({ cell, ran }) => ({
    y: figureOf(measure, ran),
    ...Object.fromEntries(spec.axes.map((a, i) => [`a${i}`, a.key === x && numeric ? (cell.values.get(a.key) as number) : labelOf(cell.values.get(a.key)!)])),
  })).filter((v) => v.y !== undefined);
  if (values.length === 0) throw new InputError(`nothing to draw: no cell has ${y}`);
  const field = (key: string): string => `a${spec.axes.findIndex((a) => a.key === key)}`;
  const order = (key: string): string[] => spec.axes.find((a) => a.key === key)!.values.map(labelOf);
  const nominal = (key: string): object => ({ field: field(key), type: 'nominal', title: key, sort: order(key) });
  const panels = spec.axes.filter((a) => a.values.length > 1 && a.key !== x && a.key !== series && !sampled.has(a.key)).map((a) => a.key);
  if (panels.length > 2) throw new InputError(`a picture has room for four axes beside seed, not for ${panels.join(', ')} also`);
  const [column, row] = panels;
  const encoding = {
    x: numeric ? { field: field(x), type: 'ordinal', title: x, axis: { labelAngle: 0 } } : { ...(along ? nominal(x) : {}), axis: { labelAngle: 0 } },
    ...(series === undefined ? {} : { color: nominal(series) }),
  };
  const up = { field: 'y', type: 'quantitative', title: y, scale: { type: scale, zero: scale === 'linear' } };
  const several = spec.axes.some((a) => sampled.has(a.key) && a.values.length > 1 && a.key !== x && a.key !== series);
  const layer = [
    ...(several ? [{ mark: { type: 'errorbar', extent: 'stdev' }, encoding: { y: up } }] : []),
    { mark: { type: 'line', point: true }, encoding: { y: several ? { ...up, aggregate: 'mean' } : up } },
  ];
  const panel = { width: 320, height: 240, encoding, layer };
  const facet = column === undefined ? undefined : { column: nominal(column), ...(row === undefined ? {} : { row: nominal(row) }) };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...(title === undefined ? {} : { title }),
    data: { values },
    ...(facet ? { facet, spec: panel } : panel),
    config: { legend: { labelLimit: 0 } }, // arguments of programs are long, and 160 pixels would cut them
  } as TopLevelSpec;
}

/** The picture as SVG. */
export async function svgOf(spec: Spec, done: readonly Done[]): Promise<string> {
  const [{ compile }, { parse, View, Warn, logger }] = await Promise.all([import('vega-lite'), import('vega')]);
  const picture = compile(pictureOf(spec, done), { logger: logger(Warn) }).spec;
  const view = new View(parse(picture), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A page with the picture and the table. */
export async function htmlOf(spec: Spec, done: readonly Done[], name: string, table: string): Promise<string> {
  const title = escape(spec.plot.title ?? name);
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${title}</title>\n<h1>${title}</h1>\n${await svgOf(spec, done)}<pre>\n${escape(table)}</pre>\n</html>\n`;
}
