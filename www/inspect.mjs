// Opens the inspector, which is loaded when it is first asked for: an app that does not use it does not carry it.

import { TureenError, attempt } from './core.mjs';
import { globalOf } from './script.mjs';
import * as client from './smartstore/client.mjs';

/** @typedef {typeof import('./inspector/inspector.mjs')} Inspector */

/** @type {(() => Promise<Inspector>) | undefined} */
let find;
/** Once it is asked for: a second one would not know that the first is open. @type {Promise<Inspector> | undefined} */
let found;

/**
 * Says where the inspector comes from. Each way of delivery that has a page calls this once.
 * @param {() => Promise<Inspector>} load
 */
export function locateInspector(load) {
  find = load;
}

/**
 * Says at which address the script of the inspector is, where there are no modules to import.
 * @param {() => URL} place
 */
export function locateInspectorScript(place) {
  locateInspector(async () => {
    const url = String(place());
    const inspector = await globalOf(url, 'tureenInspector').catch(() => undefined);
    if (inspector) return inspector;
    throw new TureenError('INSPECTOR_NOT_FOUND', `The inspector is not at ${url}: put tureen.inspector.js there.`);
  });
}

/**
 * Opens the inspector over the page: the stores of this device with their soups, and a field for Smart SQL.
 * @param {import('./sessions.mjs').StoreName} [store] the one to begin with; the user's default store when left out
 * @returns {import('./core.mjs').TureenPromise<void>} when it is there
 */
export const showInspector = (store = {}) =>
  attempt(async () => {
    if (!find) throw new TureenError('NO_PAGE', 'The inspector needs a web page to open in.');
    found ??= find().catch((error) => {
      found = undefined;
      throw error;
    });
    const { show } = await found;
    await show(client, store);
  });
