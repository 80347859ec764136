// What the last syncs moved, as a small chart each for rows, requests and bytes, with the same numbers as a table.
//
// Bars are all that is drawn here: a library for charts would be many times the size of the demo, and style itself,
// which the page's policy forbids.

import { sizeText, timeText } from '../sentences.mjs';
import { byId, element } from './element.mjs';

/** @typedef {import('../model/journal.mjs').Traffic & { at: Date }} Sync */

const SVG = 'http://www.w3.org/2000/svg';
/** Of a chart, in its own units; the page makes it as wide as there is room. */
const [WIDTH, HEIGHT, GAP] = [200, 48, 2];
/** Bars that a chart has room for. */
const BARS = 20;

/** @type {{ of: keyof import('../model/journal.mjs').Traffic, name: string, words: (amount: number) => string }[]} */
const kinds = [
  { of: 'rows', name: 'Rows', words: (amount) => amount.toLocaleString('en') },
  { of: 'requests', name: 'Requests', words: (amount) => amount.toLocaleString('en') },
  { of: 'bytes', name: 'Bytes', words: sizeText },
];

/** @param {Sync[]} syncs the oldest first */
export function showCharts(syncs) {
  byId('charts-empty').hidden = syncs.length > 0;
  byId('traffic').hidden = syncs.length === 0;
  byId('charts').replaceChildren(...kinds.map((kind) => chart(kind, syncs)));
  byId('traffic-rows').replaceChildren(...[...syncs].reverse().map(row));
}

/** @param {typeof kinds[number]} kind @param {Sync[]} syncs */
function chart({ of, name, words }, syncs) {
  const most = Math.max(1, ...syncs.map((sync) => sync[of]));
  const newest = syncs.at(-1);
  return element('figure', {},
    element('figcaption', {}, name, ' ',
      element('span', { class: 'quiet' }, newest ? `last ${words(newest[of])}` : '')),
    bars(syncs.map((sync) => sync[of] / most)));
}

/** @param {number[]} parts of the highest, 0 to 1 */
function bars(parts) {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute('preserveAspectRatio', 'none');
  // The table says the same.
  picture.setAttribute('aria-hidden', 'true');
  picture.setAttribute('class', 'chart');
  const step = WIDTH / BARS;
  parts.forEach((part, at) => {
    const bar = document.createElementNS(SVG, 'rect');
    // What is little, but not nothing, is seen.
    const height = part === 0 ? 0.5 : Math.max(2, part * HEIGHT);
    const place = { x: (BARS - parts.length + at) * step, y: HEIGHT - height, width: step - GAP, height };
    for (const [attribute, value] of Object.entries(place)) bar.setAttribute(attribute, value.toFixed(2));
    picture.append(bar);
  });
  return picture;
}

/** @param {Sync} sync */
const row = (sync) =>
  element('tr', {},
    element('th', { scope: 'row' }, element('time', { datetime: sync.at.toISOString() }, timeText(sync.at))),
    ...kinds.map(({ of, words }) => element('td', {}, words(sync[of]))));
