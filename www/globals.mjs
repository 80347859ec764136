// What apps written for the originals find in every page: set where there are no modules to import from.

import { install } from './hybrid/registry.mjs';
import { faces, parts } from './smartstore/original.mjs';
import { QuerySpec, SoupIndexSpec, StoreCursor } from './smartstore/specs.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';

/**
 * Sets `WindowsAzure`, `navigator.smartstore`, `navigator.smartstoreClient` and SmartStore's constructors, and takes the
 * place of SmartStore's plugin in Cordova.
 */
export function setGlobals() {
  Object.assign(globalThis, { WindowsAzure, QuerySpec, SoupIndexSpec, StoreCursor });
  for (const [name, value] of Object.entries(faces)) {
    Object.defineProperty(navigator, name, { value, configurable: true, enumerable: true, writable: true });
  }
  install(parts);
}
