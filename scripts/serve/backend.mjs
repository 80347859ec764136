// The backend as a process of its own, so that it can be stopped and started like one in the cloud.
import { fork } from 'node:child_process';
import { at } from '../project.mjs';

/**
 * @typedef {object} BackendOptions
 * @property {string} data the file that holds its data, or `:memory:`
 * @property {number} [port] a free one by default
 * @property {Record<string, string>} [env] more of what backend/server.js reads
 *
 * @typedef {object} Backend
 * @property {string} address
 * @property {number} port
 * @property {Promise<void>} ended resolves when the process is gone
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop politely by default
 */

/**
 * Starts the backend.
 * @param {BackendOptions} options
 * @returns {Promise<Backend>} once it answers
 */
export function startBackend({ data, port = 0, env = {} }) {
  const child = fork(at('backend', 'server.js'), [String(port)], {
    env: { ...process.env, ...env, DATA: data },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Ctrl-C reaches the whole group of a terminal: this process decides when the backend stops.
    detached: true,
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  /** @param {NodeJS.Signals} signal */
  const stop = (signal = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
      const found = /^backend: (http:\/\/127\.0\.0\.1:(\d+))$/m.exec(printed);
      if (found) resolve({ address: found[1], port: Number(found[2]), ended, stop });
    });
    child.once('error', reject);
    ended.then(() => reject(new Error('the backend stopped before it answered')));
  });
}
