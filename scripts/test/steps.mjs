// Everything that `npm test` runs, in order: cheap and telling first.
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt } from '../command.mjs';
import { at } from '../project.mjs';
import { hasWebKitGtk, programs } from '../setup/system.mjs';
import { cargoSummary, countOf, nodeSummary } from './outcome.mjs';

/**
 * @typedef {object} TestStep
 * @property {string} name
 * @property {() => Promise<import('./outcome.mjs').Count>} run
 */

const wasm = ['--target', 'wasm32-unknown-unknown'];

/** @type {[string, ...string[]]} */
const wasmPack = ['wasm-pack', 'test', '--mode', 'no-install', '--headless'];

/** @type {TestStep[]} */
export const steps = [
  check('format', 'cargo', 'fmt', '--check'),
  check('clippy', 'cargo', 'clippy', '--locked', '--all-targets', '--', '-D', 'warnings'),
  check('clippy wasm', 'cargo', 'clippy', '--locked', '--all-targets', ...wasm, '--', '-D', 'warnings'),
  cargo('rust', ['cargo', 'test', '--locked', '--no-fail-fast']),
  step('build', async () => {
    const { build } = await import('../build.mjs');
    await build();
  }),
  step('size', async () => {
    const { weigh } = await import('../size.mjs');
    await weigh();
  }),
  check('types', 'tsc', '--project', '.'),
  cargo('wasm chromium', [...wasmPack, '--chrome']),
  cargo('wasm firefox', [...wasmPack, '--firefox']),
  ...(hasWebKitGtk() ? [{ name: 'wasm webkitgtk', run: wasmInWebKitGtk }] : []),
  node('js', 'tests/js'),
  node('original', 'tests/original'),
  node('original chromium', 'tests/original/browser', { ENGINE: 'chromium' }),
  node('e2e chromium', 'tests/e2e', { ENGINE: 'chromium' }),
  node('e2e firefox', 'tests/e2e', { ENGINE: 'firefox' }),
  ...(hasWebKitGtk() ? [node('e2e webkitgtk', 'tests/e2e', { ENGINE: 'webkitgtk' })] : []),
  node('e2e only in chromium', 'tests/e2e/chromium', { ENGINE: 'chromium' }),
  node('package', 'tests/package'),
];

/**
 * Work that passes by not failing.
 * @param {string} name
 * @param {() => Promise<void>} work
 * @returns {TestStep}
 */
function step(name, work) {
  return {
    name,
    run: async () => {
      try {
        await work();
        return { passed: 1, failed: 0 };
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
        return { passed: 0, failed: 1 };
      }
    },
  };
}

/**
 * A command that passes by exiting with 0.
 * @param {string} name
 * @param {string} program
 * @param {...string} parameters
 * @returns {TestStep}
 */
function check(name, program, ...parameters) {
  return step(name, async () => {
    const { code } = await attempt(program, parameters);
    if (code !== 0) throw new Error(`\`${[program, ...parameters].join(' ')}\` ended with ${code}`);
  });
}

/**
 * A runner that reports as cargo does.
 * @param {string} name
 * @param {[string, ...string[]]} command
 * @returns {TestStep}
 */
function cargo(name, [program, ...parameters]) {
  const env = { WASM_BINDGEN_TEST_TIMEOUT: '300' };
  return { name, run: async () => countOf(await attempt(program, parameters, { output: 'both', env }), cargoSummary) };
}

/** wasm-pack knows no WebKitGTK, but takes its driver, started here, for Safari's, which speaks the same. */
async function wasmInWebKitGtk() {
  const { engines } = await import('../../tests/e2e/browser/engines.mjs');
  const profile = await mkdtemp(path.join(tmpdir(), 'tureen-webkitgtk-'));
  const seat = await engines.webkitgtk(profile);
  try {
    const driver = programs.webkitDriver() ?? '';
    const [program, ...parameters] = [...wasmPack, '--safari', '--safaridriver', driver];
    const env = { WASM_BINDGEN_TEST_TIMEOUT: '300', SAFARIDRIVER_REMOTE: `${seat.server}/` };
    return countOf(await attempt(program, parameters, { output: 'both', env }), cargoSummary);
  } finally {
    await seat.kill();
    await rm(profile, { recursive: true, force: true });
  }
}

/**
 * The `*.test.mjs` of a folder, one file after another: each has browsers of its own.
 * @param {string} name
 * @param {string} folder
 * @param {Record<string, string>} [env]
 * @returns {TestStep}
 */
function node(name, folder, env) {
  const parameters = ['--test', '--test-reporter=spec', '--test-concurrency=1', '--test-timeout=600000'];
  return {
    name,
    run: async () => {
      const files = readdirSync(at(folder)).filter((file) => /\.test\.[cm]?js$/.test(file)).sort();
      const places = files.map((file) => path.join(folder, file));
      if (places.length === 0) throw new Error(`${folder}/ has no tests`);
      return countOf(await attempt('node', [...parameters, ...places], { output: 'both', env }), nodeSummary);
    },
  };
}
