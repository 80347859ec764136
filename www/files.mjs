// The files that the module comes in, and where each way of delivery has them.

/**
 * One of the module's files: its core, or a part that is fetched when it is first used. scripts/build/parts.mjs says
 * what goes into which.
 * @typedef {'core' | 'azure' | 'salesforce' | 'providers'} Name
 */

/**
 * Where one of them is: an address, its bytes, or itself.
 * @typedef {string | URL | ArrayBuffer | Uint8Array | WebAssembly.Module} Source
 */

/**
 * @typedef {object} Place
 * @property {Source} wasm
 * @property {string | URL} [script] a classic script that sets `tureenWasm` to the file in base64, for pages of
 *   `file://`, where fetch is refused
 */

/** The names of the parts. @type {Name[]} */
export const PARTS = ['azure', 'salesforce', 'providers'];

/** @param {Name} name */
export const fileOf = (name) => `tureen_${name === 'core' ? 'bg' : name}.wasm`;

/** How an app says where it is. @param {Name} name @param {string} what */
export const optionOf = (name, what) =>
  name === 'core' ? `ready({ wasm: ${what} })` : `ready({ parts: { ${name}: ${what} } })`;

/** @type {((name: Name) => Place) | undefined} */
let find;
/** Where the app said that the core is, last. @type {Source | undefined} */
let given;

/**
 * Says where the files are, when they are first needed. Each way of delivery (ES module, classic script, Cordova, node)
 * calls this once.
 * @param {(name: Name) => Place} place
 */
export function locate(place) {
  find = place;
}

/**
 * @param {Name} name
 * @param {Source} [source] what the app says
 * @returns {Place | undefined}
 */
export function placeOf(name, source) {
  if (name === 'core') given = source;
  if (source !== undefined) return { wasm: source };
  const beside = name === 'core' ? undefined : besideCore(name);
  return beside === undefined ? find?.(name) : { wasm: beside };
}

/**
 * The address of a part beside a core that the app has put elsewhere, under its own name.
 * @param {Name} name
 */
function besideCore(name) {
  const address = typeof given === 'string' || given instanceof URL ? String(given) : '';
  const ending = /tureen_bg\.wasm(?=$|[?#])/;
  return ending.test(address) ? address.replace(ending, fileOf(name)) : undefined;
}
