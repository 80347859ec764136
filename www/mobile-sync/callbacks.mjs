// Mobile Sync with callbacks, as `cordova.require('com.salesforce.plugin.mobilesync')`. An error callback gets the
// error's message, as in the original.

import { splitStore } from '../smartstore/arguments.mjs';
import { complain } from '../smartstore/log.mjs';
import { told } from '../smartstore/told.mjs';
import * as client from './client.mjs';

export { MERGE_MODE } from './client.mjs';

/**
 * Gives a call two callbacks behind its own arguments, of which the last may be left out.
 * @param {'syncDown' | 'syncUp' | 'reSync' | 'getSyncStatus' | 'deleteSync' | 'cleanResyncGhosts'} name
 */
const withCallbacks =
  (name) =>
  /** @type {(...given: any[]) => void} */
  (...given) => {
    const [store, rest] = splitStore(given);
    const first = rest.findIndex((each) => typeof each === 'function');
    const [own, [onSuccess, onError]] = first < 0 ? [rest, []] : [rest.slice(0, first), rest.slice(first)];
    client[name](store, ...own).done(
      (/** @type {unknown} */ value) => onSuccess?.(value),
      (/** @type {any} */ error) => {
        if (typeof onError === 'function') onError(told(error));
        else complain(name, error);
      },
    );
  };

export const syncDown = withCallbacks('syncDown');
export const syncUp = withCallbacks('syncUp');
export const reSync = withCallbacks('reSync');
export const getSyncStatus = withCallbacks('getSyncStatus');
export const deleteSync = withCallbacks('deleteSync');
export const cleanResyncGhosts = withCallbacks('cleanResyncGhosts');
