// Checks of arguments, in the words of the Azure SDK, which apps show on.

/** @param {unknown} value @returns {value is null | undefined} */
export const isNull = (value) => value === null || value === undefined;

/**
 * @param {unknown} value
 * @param {string} [name]
 */
export function notNull(value, name = 'Value') {
  if (isNull(value)) throw new Error(`${name} cannot be null.`);
}

/**
 * @param {unknown} value
 * @param {string} [name]
 */
export function notNullOrEmpty(value, name = 'Value') {
  if (isNull(value) || /** @type {{ length?: number }} */ (value).length === 0) {
    throw new Error(`${name} cannot be null or empty.`);
  }
}

/**
 * @param {unknown} value null passes
 * @param {string} [name]
 */
export const isString = (value, name) => check(isNull(value) || typeof value === 'string', value, 'string', name);

/**
 * @param {unknown} value null passes, a date does not
 * @param {string} [name]
 */
export const isObject = (value, name) =>
  check(isNull(value) || (typeof value === 'object' && !(value instanceof Date)), value, 'object', name);

/**
 * @param {unknown} value null passes
 * @param {string} [name]
 */
export const isBoolean = (value, name) => check(isNull(value) || typeof value === 'boolean', value, 'boolean', name);

/**
 * @param {boolean} passes
 * @param {unknown} value
 * @param {string} type
 * @param {string} [name]
 */
function check(passes, value, type, name) {
  if (!passes) throw new TypeError(`'${name ?? 'Value'}' is expected to be a value of type ${type}, not ${typeof value}.`);
}

/**
 * The app's own parameters of a request, as names and texts.
 * @param {unknown} parameters
 * @param {string} [name]
 * @returns {[string, string][]}
 */
export function parametersOf(parameters, name = 'parameters') {
  if (isNull(parameters)) return [];
  isObject(parameters, name);
  return Object.entries(/** @type {object} */ (parameters)).map(([key, value]) => {
    if (key.startsWith('$')) {
      throw new Error(
        `${name} contains an invalid user-defined query string parameter: ${key}. User-defined query string ` +
          "parameters must not begin with a '$'.",
      );
    }
    return [key, typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)];
  });
}
