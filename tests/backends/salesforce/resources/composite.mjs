// Several requests in one: /composite, whose requests may refer to earlier answers, and /composite/batch, whose may
// not. REST API Developer Guide, "Composite", "Composite Batch".
import { ApiError, refusal } from '../errors.mjs';
import { answer, bodyOf } from './call.mjs';

/** @typedef {import('./call.mjs').Answer} Answer */
/** @typedef {import('./call.mjs').Call} Call */
/**
 * @typedef {object} Part
 * @property {string} method
 * @property {string} url
 * @property {string} referenceId
 * @property {unknown} [body]
 * @property {Record<string, string>} [httpHeaders]
 */
/** @typedef {Map<string, Answer>} Given the answers so far, by reference */

const MOST = 25;
const REFERENCE = /@\{(\w+)((?:\.\w+|\[\d+\])*)\}/g;

const ROLLED_BACK = 'The transaction was rolled back since another operation in the same transaction failed.';

/** What takes a transaction back. */
class RolledBack extends Error {}

/** @param {Call} call */
export function composite(call) {
  const { allOrNone = false, compositeRequest } = bodyOf(call);
  const parts = checked(compositeRequest);
  /** @type {Given} */
  const given = new Map();
  try {
    call.org.database.records.atomically(() => {
      for (const part of parts) given.set(part.referenceId, served(call, part, given));
      if (allOrNone && [...given.values()].some(failed)) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    const halted = { status: 400, body: refusal('PROCESSING_HALTED', ROLLED_BACK).body };
    for (const [reference, one] of given) if (!failed(one)) given.set(reference, halted);
  }
  const compositeResponse = [...given].map(([referenceId, { status, headers = {}, body = null }]) => ({
    body,
    httpHeaders: headers.location ? { Location: headers.location } : {},
    httpStatusCode: status,
    referenceId,
  }));
  return answer({ compositeResponse });
}

/** @param {Call} call */
export function batch(call) {
  const { batchRequests, haltOnError = false } = bodyOf(call);
  let hasErrors = false;
  const results = limited(batchRequests).map(({ method, url, richInput }) => {
    const halted = {
      status: 412,
      body: refusal('BATCH_PROCESSING_HALTED', 'Batch processing halted per request.').body,
    };
    const one = haltOnError && hasErrors ? halted : call.dispatch(method, `/services/data/${url}`, {}, richInput);
    hasErrors ||= failed(one);
    return { statusCode: one.status, result: one.body ?? null };
  });
  return answer({ hasErrors, results });
}

/** @param {Answer} one */
const failed = ({ status }) => status >= 300;

/**
 * @param {unknown} parts
 * @returns {any[]}
 */
function limited(parts) {
  if (!Array.isArray(parts)) throw refusal('JSON_PARSER_ERROR', 'The request body is missing a list of requests.');
  if (parts.length <= MOST) return parts;
  throw new ApiError(
    400,
    'LIMIT_EXCEEDED',
    `The request has ${parts.length} subrequests; at most ${MOST} are allowed.`,
  );
}

/**
 * @param {unknown} requests
 * @returns {Part[]}
 */
function checked(requests) {
  const parts = limited(requests);
  const seen = new Set();
  for (const { referenceId } of parts) {
    if (!/^[A-Za-z0-9]\w*$/.test(referenceId)) {
      const rule = 'must start with a letter or a number, and it must contain only letters, numbers and underscores';
      throw new ApiError(400, 'INVALID_INPUT', `Provided referenceId ('${referenceId}') ${rule} ('_').`);
    }
    if (seen.has(referenceId)) {
      throw new ApiError(400, 'INVALID_INPUT', `Duplicate referenceId provided: '${referenceId}'.`);
    }
    seen.add(referenceId);
  }
  return parts;
}

/**
 * @param {Call} call
 * @param {Part} part
 * @param {Given} given
 * @returns {Answer}
 */
function served(call, { method, url, body, httpHeaders = {} }, given) {
  try {
    const target = String(filled(url, given));
    if (/\/composite(\/batch|\/tree\/.*)?$/.test(target)) {
      throw refusal('INVALID_INPUT', 'A composite request cannot be part of another.');
    }
    const headers = Object.entries(httpHeaders).map(([name, value]) => [name.toLowerCase(), value]);
    return call.dispatch(method, target, Object.fromEntries(headers), filled(body, given));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: [{ errorCode: error.errorCode, message: error.message }] };
  }
}

/**
 * A value with what its references stand for.
 * @param {unknown} value
 * @param {Given} given
 * @returns {unknown}
 */
function filled(value, given) {
  if (Array.isArray(value)) return value.map((one) => filled(one, given));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, given)]));
  }
  if (typeof value !== 'string') return value;
  const whole = [...value.matchAll(REFERENCE)].find(([text]) => text === value);
  if (whole) return meant(whole[1], whole[2], given);
  return value.replace(REFERENCE, (_, reference, path) => String(meant(reference, path, given)));
}

/**
 * @param {string} reference
 * @param {string} path
 * @param {Given} given
 */
function meant(reference, path, given) {
  /** @type {any} */
  let value = given.get(reference)?.body;
  for (const step of path.match(/\w+/g) ?? []) value = value?.[step];
  if (value !== undefined && value !== null) return value;
  const message = `Invalid reference specified. No value for ${reference}${path} found in ${reference}`;
  throw refusal('PROCESSING_HALTED', message);
}
