// The page of the demo, a little shorter to write.

export { element } from '../../element.mjs';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The element of the page with this id.
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element called ${id}.`);
  return /** @type {E} */ (found);
}

/**
 * A picture that says nothing which words beside it do not say.
 * @param {string} name a symbol of icons.svg
 */
export function icon(name) {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `icons.svg#${name}`);
  picture.append(use);
  return picture;
}

/**
 * Sets an element's text, unless it says that already: a live region repeats what is set again.
 * @param {HTMLElement} place
 * @param {string} text
 */
export function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
