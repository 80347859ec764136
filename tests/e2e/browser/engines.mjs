// The three engines: how each is driven, headless, on a profile folder of its own.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { programs } from '../../../scripts/setup/system.mjs';
import { killTree, startDriver } from './driver.mjs';

/**
 * @typedef {object} Seat a driver, and what a session on it asks for
 * @property {string} server
 * @property {Record<string, unknown>} capabilities
 * @property {() => Promise<void>} kill
 *
 * @typedef {'chromium' | 'firefox' | 'webkitgtk'} EngineName
 */

/** @type {Record<EngineName, (profile: string) => Promise<Seat>>} */
export const engines = { chromium, firefox, webkitgtk };

/** @param {string} profile */
async function chromium(profile) {
  const driver = await startDriver(found('chromedriver'), (port) => [`--port=${port}`]);
  const args = [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`,
  ];
  const capabilities = { browserName: 'chrome', 'goog:chromeOptions': { binary: found('chromium'), args } };
  return { server: driver.address, capabilities, kill: driver.kill };
}

/** @param {string} profile */
async function firefox(profile) {
  mkdirSync(profile, { recursive: true });
  const driver = await startDriver(found('geckodriver'), (port) => [`--port=${port}`, '--websocket-port=0']);
  const args = ['-headless', '-profile', profile];
  const capabilities = { browserName: 'firefox', 'moz:firefoxOptions': { binary: found('firefox'), args } };
  return { server: driver.address, capabilities, kill: driver.kill };
}

/** @param {string} profile */
async function webkitgtk(profile) {
  const runtime = path.join(profile, 'runtime');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  const screen = await startScreen();
  const driver = await startDriver(found('webkitDriver'), (port) => [`--port=${port}`, '--host=127.0.0.1'], {
    DISPLAY: screen.name,
    HOME: profile,
    XDG_RUNTIME_DIR: runtime,
    // Its sandbox refuses root, as which continuous integration runs.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  });
  const options = { binary: found('miniBrowser'), args: ['--automation'] };
  return {
    server: driver.address,
    capabilities: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options },
    kill: async () => {
      await driver.kill();
      await screen.kill();
    },
  };
}

/**
 * A screen in memory, for the engine that cannot do without one.
 * @returns {Promise<{ name: string, kill: () => Promise<void> }>}
 */
function startScreen() {
  const child = spawn(found('xvfb'), ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    let printed = '';
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
      if (!printed.endsWith('\n')) return;
      resolve({ name: `:${printed.trim()}`, kill: async () => killTree(child.pid ?? 0) });
    });
  });
}

/** @param {keyof typeof programs} program */
function found(program) {
  const place = programs[program]();
  if (!place) throw new Error(`${program} is missing: run \`npm run setup\``);
  return place;
}
