// The words of the API for where a call goes, and for what happens when both sides have changed a record.

/** Where a read or a write goes. */
export const CACHE_MODE = /** @type {const} */ ({
  CACHE_ONLY: 'cache-only',
  /** Reads only. */
  CACHE_FIRST: 'cache-first',
  SERVER_ONLY: 'server-only',
  /** What is meant when nothing is said. */
  SERVER_FIRST: 'server-first',
});

/** What is done when a record that is saved was changed at the org meanwhile. */
export const MERGE_MODE = /** @type {const} */ ({
  /** What is meant when nothing is said. */
  OVERWRITE: 'overwrite',
  MERGE_ACCEPT_YOURS: 'merge-accept-yours',
  MERGE_FAIL_IF_CONFLICT: 'merge-fail-if-conflict',
  MERGE_FAIL_IF_CHANGED: 'merge-fail-if-changed',
});

/** What becomes of a record in a cache when one of the same key is saved into it. */
export const MERGE_MODE_DOWNLOAD = /** @type {const} */ ({
  OVERWRITE: 'overwrite',
  /** Field by field; what is meant when nothing is said. */
  MERGE_ACCEPT_THEIRS: 'merge-accept-theirs',
  /** A record with changes that were not sent stays. */
  LEAVE_IF_CHANGED: 'leave-if-changed',
});
