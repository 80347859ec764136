// What a model's calls reject with: an answer of the org that is a refusal, or a conflict.

/** @typedef {{ message: string, errorCode: string, fields?: string[] }} Detail one error, as the REST API tells it */

/** The org refused, or was not reached (`status` 0). */
export class RestError extends Error {
  type = 'RestError';

  /**
   * @param {{ status: number, statusText?: string, responseText?: string, code?: string, message?: string }} answer
   * @param {unknown} [cause]
   */
  constructor({ status, statusText = '', responseText = '', code, message }, cause) {
    const details = detailsOf(responseText, code, message);
    super(message ?? details[0].message);
    this.name = 'RestError';
    this.code = code ?? details[0].errorCode;
    this.status = status;
    this.statusText = statusText;
    this.responseText = responseText;
    this.details = details;
    if (cause !== undefined) Object.defineProperty(this, 'cause', { value: cause, configurable: true, writable: true });
  }
}

/**
 * The errors that an answer lists; one that lists none, such as a page of HTML, is told as one.
 * @param {string} text
 * @param {string} [code]
 * @param {string} [message]
 * @returns {Detail[]}
 */
function detailsOf(text, code = 'UNKNOWN', message = 'The org refused, and did not say why.') {
  try {
    const told = [JSON.parse(text)].flat();
    if (told.length > 0 && told.every((each) => typeof each?.message === 'string')) return told;
  } catch {
    // No JSON: what we know ourselves is the reason.
  }
  return [{ message, errorCode: code }];
}

/**
 * @typedef {object} Conflict
 * @property {Record<string, any>} base the record as it was read
 * @property {Record<string, any>} theirs as the org has it now
 * @property {Record<string, any>} yours as it was to be saved
 * @property {string[]} remoteChanges fields that are other at the org than in the base
 * @property {string[]} localChanges fields that are other here than in the base
 * @property {string[]} conflictingChanges fields that both changed, differently
 */

/** The record was changed at the org since it was read, and the merge mode forbids to save over that. */
export class ConflictError extends Error {
  type = 'ConflictError';

  /** @param {Conflict} conflict */
  constructor({ base, theirs, yours, remoteChanges, localChanges, conflictingChanges }) {
    super(
      `The org's record was changed since it was read (${remoteChanges.join(', ')}): read it again, or save with ` +
        'another mergeMode.',
    );
    this.name = 'ConflictError';
    this.code = 'CONFLICT';
    this.base = base;
    this.theirs = theirs;
    this.yours = yours;
    this.remoteChanges = remoteChanges;
    this.localChanges = localChanges;
    this.conflictingChanges = conflictingChanges;
  }
}

/** `Force.Error`: what an error callback got, by its `type`; for a refusal of the org with the answer as `xhr`. */
export class ForceError extends Error {
  /** @param {any} raw */
  constructor(raw) {
    const known = raw?.remoteChanges ? new ConflictError(raw) : asRefusal(raw);
    super(known.message);
    Object.assign(this, known);
    this.name = 'Force.Error';
    if (known instanceof RestError) this.xhr = raw;
  }
}

/** @param {any} raw such as the XMLHttpRequest of a client of the page's own */
function asRefusal(raw) {
  if (raw instanceof RestError || raw?.type === 'RestError') return raw;
  if (raw?.status !== undefined) {
    const { status, statusText, responseText } = raw;
    return new RestError({ status, statusText, responseText });
  }
  return raw instanceof Error ? raw : new Error(String(raw?.message ?? raw));
}
