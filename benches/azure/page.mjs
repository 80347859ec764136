// In the page: the original client and Tureen, by the same calls.
import './plugin.mjs';
import * as original from 'azure-mobile-apps-client';
import { workloads } from './workloads.mjs';

const tureen = /** @type {any} */ (globalThis).WindowsAzure;
const clients = { original: original.default ?? original, tureen };

/**
 * @typedef {object} Job
 * @property {keyof typeof clients} client
 * @property {keyof typeof workloads} workload
 * @property {string} backend
 * @property {any} [options]
 * @property {boolean} [worker] whether Tureen's module works in a worker
 */

Object.assign(globalThis, {
  /** @param {Job} job */
  async bench({ client, workload, backend, options, worker = false }) {
    const hosted = worker ? await /** @type {any} */ (globalThis).Tureen.ready({ worker }) : { worker };
    if (hosted.worker !== worker) throw new Error(hosted.reason);
    return await workloads[workload](clients[client], backend, options ?? {});
  },
});
