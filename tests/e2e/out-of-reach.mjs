// Whether a page can be worked with a thumb, and without scrolling sideways.

/**
 * Everything to press or type in that is smaller than 44 px, and the page itself when it is wider than its window.
 * Runs in the page.
 * @returns {string[]}
 */
export function outOfReach() {
  const all = [...document.querySelectorAll('button, a, input, textarea')];
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
