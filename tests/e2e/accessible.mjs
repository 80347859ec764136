// Whether everyone can use a page: what axe-core finds, and what is too small or out of sight.
import { readFile } from 'node:fs/promises';
import { at } from '../../scripts/project.mjs';

/**
 * What axe-core finds wrong with a page as it is.
 * @param {import('./browser/browser.mjs').Browser} browser
 * @returns {Promise<string[]>}
 */
export async function violations(browser) {
  await browser.session.executeScript(await readFile(at('node_modules/axe-core/axe.min.js'), 'utf8'));
  return browser.run(async () => {
    const options = { resultTypes: ['violations'] };
    const { violations: found } = await /** @type {any} */ (globalThis).axe.run(document, options);
    const told = (/** @type {any} */ { id, nodes }) => `${id}: ${nodes.length} × ${nodes[0].html.slice(0, 100)}`;
    return found.map(told);
  });
}

/**
 * Everything to press or type in that is smaller than 44 px, and the page itself when it is wider than its window.
 * Runs in the page.
 * @returns {string[]}
 */
export function outOfReach() {
  const all = [...document.querySelectorAll('button, a, input, select, summary, textarea')];
  const targets = all.filter((target) => target.getClientRects().length > 0);
  const small = targets
    .map((target) => target.closest('label.box, label.switch, label.choice, .filter label') ?? target)
    .filter((target) => {
      const { width, height } = target.getBoundingClientRect();
      return width < 44 || height < 44;
    })
    .map(({ outerHTML }) => outerHTML.slice(0, 80));
  const { scrollWidth } = document.documentElement;
  return scrollWidth > innerWidth ? [...small, `the page is ${scrollWidth} px wide`] : small;
}
