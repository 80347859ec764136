// The syncs that a default store has from the beginning: those of `usersyncs.json` and `globalsyncs.json`, beside the
// page. They are made where they are missing, and not run.

import { TureenError } from '../error.mjs';
import { initialFiles } from '../initial-files.mjs';

/**
 * @typedef {object} InitialSync
 * @property {string} syncName
 * @property {'syncDown' | 'syncUp'} syncType
 * @property {string} soupName
 * @property {object} target
 * @property {object} options
 */
/** @typedef {import('../initial-files.mjs').Initial<{ syncs: InitialSync[] }>} InitialSyncs */

const SHAPE = '{"syncs": [{"syncName": …, "syncType": "syncDown", "soupName": …, "target": {…}, "options": {…}}]}';

/** @param {any} content @param {string} where @returns {InitialSync[]} */
function check(content, where) {
  const syncs = content?.syncs;
  const isOdd = (/** @type {any} */ sync) =>
    typeof sync?.syncName !== 'string' || typeof sync.soupName !== 'string' || !/^sync(Down|Up)$/.test(sync.syncType);
  const why = content instanceof Error
    ? content.message
    : !Array.isArray(syncs)
      ? 'it has no array of syncs'
      : syncs.some(isOdd) && `a sync has no syncName, soupName or syncType: ${JSON.stringify(syncs.find(isOdd))}`;
  if (why) throw new TureenError('BAD_SYNCS', `${where} cannot be used: ${why}. It is ${SHAPE}.`);
  return syncs;
}

const { said, read } = initialFiles({
  files: { user: 'usersyncs.json', global: 'globalsyncs.json' },
  what: 'syncs',
  check,
});

export { read as initialSyncs, said as setInitialSyncs };
