// What models stand on: a SmartStore with promises, and a client of the org's REST API. The page may bring its own.

import { TureenError } from '../error.mjs';
import { force, promising } from './rest.mjs';

/** @typedef {Record<string, (...given: any[]) => Promise<any>>} Client */

/** @type {() => Client | undefined} */
let findSmartstore = () => undefined;
/** @type {Client | undefined} */
let rest;

/** Says where SmartStore is, when it is first needed. @param {() => Client | undefined} find */
export function locateSmartstore(find) {
  findSmartstore = find;
}

/** @returns {Client} */
export function smartstore() {
  const found = findSmartstore();
  if (found) return found;
  throw new TureenError('NO_SMARTSTORE', 'There is no SmartStore in this page: load pkg/tureen.global.js, too.');
}

/** @returns {Client} */
export function forceClient() {
  return rest ?? force;
}

/** Gives models a client of the page's own. @param {Record<string, any>} client */
export function setForceClient(client) {
  rest = promising(client);
}
