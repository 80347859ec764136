// What apps written for the originals find in every page: set where there are no modules to import from.

import * as smartstore from './smartstore/callbacks.mjs';
import * as smartstoreClient from './smartstore/client.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';

/** Sets `WindowsAzure`, `navigator.smartstore`, `navigator.smartstoreClient` and SmartStore's constructors. */
export function setGlobals() {
  const { QuerySpec, SoupIndexSpec, StoreCursor } = smartstore;
  Object.assign(globalThis, { WindowsAzure, QuerySpec, SoupIndexSpec, StoreCursor });
  for (const [name, value] of Object.entries({ smartstore, smartstoreClient })) {
    Object.defineProperty(navigator, name, { value, configurable: true, enumerable: true, writable: true });
  }
}
