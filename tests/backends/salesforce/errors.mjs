// How the API refuses: by itself an array of `{message, errorCode, fields}`, in the results of a collection
// `{statusCode, message, fields}`. REST API Developer Guide, "Status Codes and Error Responses".

export class ApiError extends Error {
  /**
   * @param {number} status of the answer, where the refusal is the whole answer
   * @param {string} errorCode
   * @param {string} message
   * @param {string[]} [fields] what it is about; refusals of a record have it, even if empty
   */
  constructor(status, errorCode, message, fields) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }

  /** As the body of an answer. */
  get body() {
    return [{ message: this.message, errorCode: this.errorCode, ...(this.fields && { fields: this.fields }) }];
  }

  /** As one of the `errors` of a record in a collection. */
  get result() {
    return { statusCode: this.errorCode, message: this.message, fields: this.fields ?? [] };
  }
}

/** A body that cannot be read as records: refused as a whole, even in a collection. */
export class Unreadable extends ApiError {
  /**
   * @param {string} errorCode
   * @param {string} message
   */
  constructor(errorCode, message) {
    super(400, errorCode, message);
  }
}

/**
 * A record that cannot be saved.
 * @param {string} errorCode
 * @param {string} message
 * @param {string[]} [fields]
 */
export const refusal = (errorCode, message, fields = []) => new ApiError(400, errorCode, message, fields);

export const notFound = (message = 'The requested resource does not exist') => new ApiError(404, 'NOT_FOUND', message);

/**
 * What Salesforce has and this stand-in has not: told apart from what Salesforce refuses.
 * @param {string} what
 */
export const notHere = (what) =>
  new ApiError(501, 'NOT_IN_STAND_IN', `${what} is not in this stand-in for Salesforce.`);
