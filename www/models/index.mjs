// Salesforce's model objects for ES modules and bundlers: `cordova-plugin-tureen/models`. An entry of its own, so that
// who does not import it does not carry it.

// By the package's name: in node that is another file than for bundlers, and there must be one SmartStore only.
import { smartstoreClient } from 'cordova-plugin-tureen';
import { locateSmartstore } from './clients.mjs';
import { makeForce } from './force.mjs';

locateSmartstore(() => /** @type {any} */ (smartstoreClient));

export { force } from './rest.mjs';

/**
 * The original's `Force`, its models made of the app's own Backbone.
 *
 * ```js
 * import Backbone from 'backbone';
 * import { force, forceOn } from 'cordova-plugin-tureen/models';
 *
 * export const Force = forceOn(Backbone);
 * force.init({ instanceURL, accessToken, refresh });
 * ```
 * @param {any} Backbone
 */
export const forceOn = (Backbone) => makeForce(() => Backbone);
