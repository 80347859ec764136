// Classic scripts, loaded when they are needed: the way that works from `file://`, and under a strict
// Content-Security-Policy, alike.

/**
 * Loads a script that sets one global, and takes that away.
 * @param {string} url
 * @param {string} name the global's
 * @returns {Promise<any>} its value; rejects with nothing of use when the script is not there
 */
export const globalOf = (url, name) =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = () => {
      const holder = /** @type {Record<string, any>} */ (globalThis);
      const value = holder[name];
      holder[name] = undefined;
      script.remove();
      resolve(value);
    };
    script.onerror = reject;
    document.head.append(script);
  });
