// What apps written for the originals find in every page: set where there are no modules to import from.

import { install } from './hybrid/registry.mjs';
import { parts as mobileSync } from './mobile-sync/original.mjs';
import { faces, parts as smartStore } from './smartstore/original.mjs';
import { QuerySpec, SoupIndexSpec, StoreCursor } from './smartstore/specs.mjs';
import * as WindowsAzure from './windows-azure/index.mjs';

/**
 * Sets `WindowsAzure`, `navigator.smartstore`, `navigator.smartstoreClient` and SmartStore's constructors, and takes the
 * place of SmartStore's and Mobile Sync's plugin in Cordova.
 */
export function setGlobals() {
  Object.assign(globalThis, { WindowsAzure, QuerySpec, SoupIndexSpec, StoreCursor });
  for (const [name, value] of Object.entries(faces)) {
    Object.defineProperty(navigator, name, { value, configurable: true, enumerable: true, writable: true });
  }
  install({
    modules: { ...smartStore.modules, ...mobileSync.modules },
    services: { ...smartStore.services, ...mobileSync.services },
  });
}
