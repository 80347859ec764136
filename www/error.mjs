// The error of every call of Tureen's own.

/** Has a short `code` to test for and a `message` that says what to do. */
export class TureenError extends Error {
  /**
   * @param {string} code short name, such as `WRONG_KEY`
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message);
    // As of the platform's own calls that take an AbortSignal.
    this.name = code === 'ABORTED' ? 'AbortError' : 'TureenError';
    this.code = code;
    if (cause !== undefined) Object.defineProperty(this, 'cause', { value: cause, configurable: true, writable: true });
  }
}

/**
 * What was thrown, as an `Error`.
 * @param {unknown} thrown
 * @returns {Error}
 */
export const asError = (thrown) => (thrown instanceof Error ? thrown : new TureenError('FOREIGN', String(thrown), thrown));
