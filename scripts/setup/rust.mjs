// Rust's part: the wasm target, clippy and rustfmt, and programs that cargo builds.
import { readFile } from 'node:fs/promises';
import { attempt, environment, programNamed, run, UserError } from '../command.mjs';
import { at, tools } from '../project.mjs';
import { wasmBindgenVersion } from '../build/wasm.mjs';

const target = 'wasm32-unknown-unknown';
/** The source of std is for the release, see scripts/build/wasm.mjs. */
const components = ['clippy', 'rustfmt', 'rust-src'];

/** @typedef {import('../setup.mjs').Piece} Piece */

/** @type {Piece} */
export const toolchain = {
  name: `Rust with ${target}, clippy, rustfmt and the source of std`,
  isThere: async () => {
    if (!programNamed('cargo')) throw new UserError('Rust is missing. Install it with rustup: https://rustup.rs');
    if (!programNamed('rustup')) return true;
    const name = environment.RUSTUP_TOOLCHAIN ?? (await installedAs(await pinnedVersion()));
    if (!name) return false;
    environment.RUSTUP_TOOLCHAIN = name;
    const targets = await run('rustup', ['target', 'list', '--installed'], { output: 'keep' });
    const installed = await run('rustup', ['component', 'list', '--installed'], { output: 'keep' });
    return targets.includes(target) && components.every((component) => hasComponent(installed, component));
  },
  install: async () => {
    const name = environment.RUSTUP_TOOLCHAIN ?? (await pinnedVersion());
    // One that is there is only added to: to install `stable` again would be to update it.
    const { code } = await attempt('rustup', ['run', name, 'rustc', '--version'], { output: 'keep' });
    if (code === 0) await run('rustup', ['component', 'add', ...components, '--toolchain', name]);
    else {
      const all = ['--profile', 'minimal', '--component', components.join(',')];
      await run('rustup', ['toolchain', 'install', name, ...all]);
    }
    await run('rustup', ['target', 'add', target, '--toolchain', name]);
    environment.RUSTUP_TOOLCHAIN = name;
  },
};

/**
 * Whether rustup's list of components has this one; most are listed with the machine's name behind theirs.
 * @param {string} list
 * @param {string} name
 */
function hasComponent(list, name) {
  return list.split('\n').some((line) => line === name || line.startsWith(`${name}-`));
}

/** The version that rust-toolchain.toml pins. */
async function pinnedVersion() {
  const found = /^channel = "([^"]+)"/m.exec(await readFile(at('rust-toolchain.toml'), 'utf8'));
  if (!found) throw new Error('rust-toolchain.toml names no channel');
  return found[1];
}

/**
 * The toolchain of exactly that version, under its own name or another: a `stable` that is the same is not fetched again.
 * @param {string} version
 */
async function installedAs(version) {
  const list = await run('rustup', ['toolchain', 'list'], { output: 'keep' });
  const names = list.split('\n').map((line) => line.split(' ')[0]).filter(Boolean);
  for (const name of names) {
    const { stdout } = await attempt('rustup', ['run', name, 'rustc', '--version'], { output: 'keep' });
    if (stdout.startsWith(`rustc ${version} `)) return name;
  }
  return undefined;
}

/** @type {Piece} */
export const wasmBindgen = {
  name: 'the wasm-bindgen tool of the version in Cargo.lock',
  isThere: async () => {
    const { stdout } = await attempt('wasm-bindgen', ['--version'], { output: 'keep' });
    return stdout.trim() === `wasm-bindgen ${await wasmBindgenVersion()}`;
  },
  install: async () => cargoInstall('wasm-bindgen-cli', '--version', await wasmBindgenVersion()),
};

/** @type {Piece} */
export const wasmPack = {
  name: 'wasm-pack',
  isThere: async () => programNamed('wasm-pack') !== undefined,
  install: () => cargoInstall('wasm-pack'),
};

/** @type {Piece} */
export const geckodriver = {
  name: 'geckodriver',
  isThere: async () => programNamed('geckodriver') !== undefined,
  install: () => cargoInstall('geckodriver'),
};

/** @type {Piece} */
export const cargoDeny = {
  name: 'cargo-deny',
  isThere: async () => programNamed('cargo-deny') !== undefined,
  install: () => cargoInstall('cargo-deny'),
};

/**
 * Builds a program into the project's own tools folder, so that the user's stay as they are.
 * @param {...string} what the crate, and which version
 */
async function cargoInstall(...what) {
  const parameters = ['install', ...what, '--root', tools];
  const { code } = await attempt('cargo', [...parameters, '--locked']);
  // A published lock may name a crate that its author has since withdrawn.
  if (code !== 0) await run('cargo', parameters);
}
