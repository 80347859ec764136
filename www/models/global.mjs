// Salesforce's model objects for plain pages: a classic script that sets `Force` and, where the page has none, `force`.
// Backbone and SmartStore are the page's own; they may be loaded before or after this.

import { locateSmartstore, setForceClient } from './clients.mjs';
import { makeForce } from './force.mjs';
import { force } from './rest.mjs';

const page = /** @type {Record<string, any>} */ (/** @type {unknown} */ (globalThis));

locateSmartstore(() => /** @type {any} */ (navigator).smartstoreClient);
if (typeof page.force?.query === 'function') setForceClient(page.force);
else page.force = force;
page.Force = makeForce(() => page.Backbone);
