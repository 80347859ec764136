// Callbacks of the app's: what they throw is the page's, and must not reach whoever calls them.

/**
 * Throws an error where the page's error listener hears of it.
 * @param {unknown} error
 */
export function throwApart(error) {
  setTimeout(() => {
    throw error;
  });
}

/**
 * Runs a callback of the app's.
 * @param {() => void} callback
 */
export function apart(callback) {
  try {
    callback();
  } catch (error) {
    throwApart(error);
  }
}
