// SmartStore behind `cordova.exec`: the actions of the original's native class, `com.salesforce.smartstore`.

import { TureenError, attempt } from '../core.mjs';
import { showInspector } from '../inspect.mjs';
import * as client from './client.mjs';
import { StoreConfig } from './specs.mjs';
import { tellingTexts } from './told.mjs';

/** @typedef {import('../sessions.mjs').StoreName} StoreName */
/** @typedef {(store: StoreName, payload: any) => any} Action */

/** @type {Map<string, Action>} */
const actions = new Map(Object.entries({
  pgRegisterSoup: (store, { soupName, indexes }) => client.registerSoup(store, soupName, indexes),
  pgRemoveSoup: (store, { soupName }) => client.removeSoup(store, soupName),
  pgSoupExists: (store, { soupName }) => client.soupExists(store, soupName),
  pgGetSoupIndexSpecs: (store, { soupName }) => client.getSoupIndexSpecs(store, soupName),
  pgAlterSoup: (store, { soupName, indexes, reIndexData }) => client.alterSoup(store, soupName, indexes, reIndexData),
  pgReIndexSoup: (store, { soupName, paths }) => client.reIndexSoup(store, soupName, paths),
  pgClearSoup: (store, { soupName }) => client.clearSoup(store, soupName),
  pgUpsertSoupEntries: (store, { soupName, entries, externalIdPath }) =>
    externalIdPath == null
      ? client.upsertSoupEntries(store, soupName, entries)
      : client.upsertSoupEntriesWithExternalId(store, soupName, entries, externalIdPath),
  pgRetrieveSoupEntries: (store, { soupName, entryIds }) => client.retrieveSoupEntries(store, soupName, entryIds),
  pgRemoveFromSoup: (store, { soupName, entryIds, querySpec }) =>
    client.removeFromSoup(store, soupName, entryIds ?? querySpec),
  pgQuerySoup: (store, { soupName, querySpec }) => client.querySoup(store, soupName, querySpec),
  pgRunSmartQuery: (store, { querySpec }) => client.runSmartQuery(store, querySpec),
  pgMoveCursorToPageIndex: (store, { cursorId, index }) => client.moveCursorToPageIndex(store, { cursorId }, index),
  pgCloseCursor: (store, { cursorId }) => client.closeCursor(store, { cursorId }),
  pgGetDatabaseSize: (store) => client.getDatabaseSize(store),
  pgShowInspector: (store) => showInspector(store),
  pgGetAllStores: () => client.getAllStores(),
  pgGetAllGlobalStores: () => client.getAllGlobalStores(),
  pgRemoveStore: (store) => client.removeStore(store),
  pgRemoveAllStores: () => client.removeAllStores(),
  pgRemoveAllGlobalStores: () => client.removeAllGlobalStores(),
}));

/**
 * Does what `cordova.exec` asks of SmartStore's native class.
 * @param {string} name such as `pgRegisterSoup`
 * @param {any[]} args `[version, payload]`; the version is not looked at
 */
export const smartstoreService = (name, args) => tellingTexts(attempt(() => act(name, args)));

/**
 * @param {string} name
 * @param {any[]} args
 */
function act(name, args) {
  const action = actions.get(name);
  if (!action) throw new TureenError('BAD_ACTION', 'Invalid action');
  const payload = args.find((each) => typeof each === 'object' && each !== null) ?? {};
  return action(new StoreConfig(payload.storeName, payload.isGlobalStore === true), payload);
}
