// Push notifications: tells the backend by which channel this copy of the app is reached.

import { attempt } from '../core.mjs';
import { backendOf, callAzure } from './backend.mjs';
import { responseOf } from './http.mjs';
import { installationId } from './installation.mjs';
import { isString, notNullOrEmpty } from './validate.mjs';

/** @typedef {import('./client.mjs').MobileServiceClient} MobileServiceClient */
/** @typedef {import('../core.mjs').TureenPromise<import('./http.mjs').FilterResponse>} Answered */

/**
 * Templates by their names. A body that is no text is sent as JSON text.
 * @typedef {Record<string, { body?: unknown, headers?: unknown, tags?: unknown }>} Templates
 */

/** Registers the device, as `client.push`. */
export class Push {
  #client;

  /** @param {MobileServiceClient} client */
  constructor(client) {
    this.#client = client;
  }

  /**
   * Registers a channel, or changes how it is registered.
   * @param {string} platform `apns`, `gcm` or `wns`
   * @param {string} pushChannel what the platform's service calls this device
   * @param {Templates | null} [templates]
   * @param {Templates | null} [secondaryTiles] of `wns`
   * @returns {Answered}
   */
  register(platform, pushChannel, templates, secondaryTiles) {
    return attempt(() => {
      isString(platform, 'platform');
      notNullOrEmpty(platform, 'platform');
      return this.#send('PUT', pushChannel, {
        installationId: installationId(),
        pushChannel,
        platform,
        templates: withBodiesAsText(templates),
        secondaryTiles: withBodiesAsText(secondaryTiles),
      });
    });
  }

  /**
   * @param {string} pushChannel
   * @returns {Answered}
   */
  unregister(pushChannel) {
    return attempt(() => this.#send('DELETE', pushChannel));
  }

  /**
   * @param {string} method
   * @param {string} pushChannel
   * @param {object} [content]
   */
  #send(method, pushChannel, content) {
    isString(pushChannel, 'pushChannel');
    notNullOrEmpty(pushChannel, 'pushChannel');
    const address = `push/installations/${encodeURIComponent(installationId())}`;
    const body = content && JSON.stringify(content);
    return callAzure((module) => backendOf(this.#client, module).invoke(method, address, body, {})).then(responseOf);
  }
}

/** @param {Templates | null | undefined} templates */
const withBodiesAsText = (templates) =>
  Object.fromEntries(
    Object.entries(templates ?? {}).map(([name, template]) => [
      name,
      { ...template, body: typeof template.body === 'string' ? template.body : JSON.stringify(template.body) },
    ]),
  );
