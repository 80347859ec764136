// How many requests an org takes in a day, and GET /limits that tells. REST API Developer Guide, "Limits", "Limit Info
// Header".
import { ApiError } from '../errors.mjs';
import { answer } from './call.mjs';

/** @typedef {import('./call.mjs').Call} Call */

export class Limits {
  used = 0;
  most = 15_000;

  /** The header of every answer. */
  get header() {
    return `api-usage=${this.used}/${this.most}`;
  }

  /** Counts a request. */
  count() {
    if (this.used >= this.most) throw new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    this.used += 1;
  }
}

/** @param {Call} call */
export const limits = ({ org }) =>
  answer({
    DailyApiRequests: { Max: org.limits.most, Remaining: org.limits.most - org.limits.used },
    DataStorageMB: { Max: 5, Remaining: 5 },
    FileStorageMB: { Max: 20, Remaining: 20 },
  });
