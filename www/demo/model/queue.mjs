// The changes that wait to be sent: the sync context keeps them in a table that is read like any other.

import { WindowsAzure } from '../tureen.mjs';

/**
 * @typedef {'insert' | 'update' | 'delete'} Action
 * @typedef {{ id: number, tableName: string, action: Action, itemId: string }} Operation
 */

/**
 * Every waiting change, the oldest first.
 * @param {import('../tureen.mjs').Store} store
 * @returns {Promise<Operation[]>}
 */
export const readQueue = (store) => store.read(new WindowsAzure.Query('__operations').orderBy('id'));
