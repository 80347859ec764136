// A WebDriver server as a process of its own, and what it has started.
import { execFile, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../../scripts/serve/port.mjs';

/**
 * @typedef {object} Driver
 * @property {string} address where WebDriver commands go
 * @property {() => Promise<void>} kill SIGKILL for it and every process below it, at once
 */

/**
 * Starts a WebDriver server.
 * @param {string} program
 * @param {(port: number) => string[]} parameters
 * @param {Record<string, string>} [env] on top of this process's
 * @returns {Promise<Driver>} once it is ready for a session
 */
export async function startDriver(program, parameters, env = {}) {
  const port = await freePort();
  const child = spawn(program, parameters(port), { env: { ...process.env, ...env }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const died = ended.then((code) => {
    throw new Error(`${program} ended with code ${code} before it was ready`);
  });
  died.catch(() => {});
  const address = `http://127.0.0.1:${port}`;
  await Promise.race([ready(address), died]);
  return {
    address,
    kill: async () => {
      const { pid } = child;
      if (pid !== undefined) await killTree(pid);
      await ended;
    },
  };
}

/** @param {string} address */
async function ready(address) {
  for (;;) {
    const status = await fetch(`${address}/status`).then((answer) => answer.json()).catch(() => undefined);
    if (status?.value?.ready) return;
    await pause(50);
  }
}

/**
 * Kills a process and all that descend from it. The parents first: none of them can then notice, tidy up or restart.
 * @param {number} pid
 */
export async function killTree(pid) {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout.trim().split('\n').map((row) => row.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const member of family) family.push(...rows.filter(([, parent]) => parent === member).map(([child]) => child));
  for (const member of family) {
    try {
      process.kill(member, 'SIGKILL');
    } catch {
      // It ended between the look and the blow.
    }
  }
}
