// The Rust crate as `pkg/tureen.js`, `pkg/tureen_bg.wasm` and its parts: cargo, then wasm-bindgen, then npm's binaryen.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../command.mjs';
import { at, cache } from '../project.mjs';
import { fileOf, modules, parts } from './parts.mjs';
import { split } from './split.mjs';

const target = 'wasm32-unknown-unknown';
const scratch = path.join(cache, 'build', 'wasm');

/**
 * How the release differs from any other build. std is compiled with the module, for size, where rustup's own is
 * compiled for speed. A panic is a trap at once: its text, which may hold an app's data, was never shown to anyone, and
 * www/core.mjs sees to a trap. `{:?}`, which no message is made of, prints nothing.
 *
 * These are choices of code generation that leave what the code means alone. Cargo and rustc keep them for their nightly
 * builds because their names may change; the toolchain is pinned (rust-toolchain.toml), so that they cannot, and
 * RUSTC_BOOTSTRAP lets it take them.
 */
const unstable = ['-Z', 'build-std=std,panic_abort', '-Z', 'build-std-features=optimize_for_size'];
const rustflags = [
  process.env.RUSTFLAGS, '-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none', '-Zfmt-debug=none',
  // To take the module apart (split.mjs): names with the types that a function was made for, and no two functions made
  // one because they happen to be the same.
  '-Csymbol-mangling-version=v0', '-Zmerge-functions=disabled',
].filter(Boolean).join(' ');

/** What rustc and wasm-bindgen make use of; text does not say it. */
const features = [
  'bulk-memory', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext',
].map((feature) => `--enable-${feature}`);

const made = ['tureen.js', 'tureen.d.ts', 'tureen_bg.wasm.d.ts'];

/** @type {import('./step.mjs').Step} */
export const wasm = {
  name: 'wasm',
  inputs: [
    'src', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo/config.toml',
    ...['wasm', 'parts', 'split', 'split-text', 'wat'].map((name) => `scripts/build/${name}.mjs`),
    'node_modules/binaryen/package.json',
  ],
  outputs: [...made.map((file) => `pkg/${file}`), ...modules],
  settings: rustflags,
  async make() {
    const env = { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: rustflags };
    await run('cargo', ['build', '--release', '--locked', '--lib', '--target', target, ...unstable], { env });
    const module = path.join(await targetFolder(), target, 'release', 'tureen.wasm');
    await run('wasm-bindgen', ['--target', 'web', '--out-dir', scratch, '--out-name', 'tureen', module]);
    const bound = path.join(scratch, 'tureen_bg.wasm');
    const used = path.join(scratch, 'used.wasm');
    await dropUnusedExports(bound, used);
    await mkdir(at('pkg'), { recursive: true });
    await takeApart(used);
    for (const file of made) await rename(path.join(scratch, file), at('pkg', file));
  },
};

/**
 * Leaves out what is only there because a crate exports it for C to call, where C has no call of it.
 * @param {string} bound what wasm-bindgen made
 * @param {string} used where the rest goes, with its names
 */
async function dropUnusedExports(bound, used) {
  const glue = await readFile(path.join(scratch, 'tureen.js'), 'utf8');
  const called = new Set([...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name));
  const graph = path.join(scratch, 'exports.json');
  const roots = [...called].map((name) => ({ name, export: name, root: true }));
  await writeFile(graph, JSON.stringify(roots));
  await binaryen('wasm-metadce', ['-g', '--graph-file', graph, bound, '-o', used]);
}

/**
 * Makes pkg/'s modules of one: each of them is optimised by itself, so that what keeps them apart stays.
 * @param {string} used
 */
async function takeApart(used) {
  const text = path.join(scratch, 'used.wat');
  await binaryen('wasm-dis', [used, '-o', text]);
  for (const [name, written] of split(await readFile(text, 'utf8'), parts)) {
    await writeFile(text, written);
    await binaryen('wasm-opt', ['-Os', '--low-memory-unused', ...features, text, '-o', `${text}.wasm`]);
    await rename(`${text}.wasm`, at(fileOf(name)));
  }
}

/**
 * Runs a tool of npm's binaryen. By path: one of the system's, Debian's above all, may corrupt what wasm-bindgen made.
 * @param {string} tool
 * @param {string[]} parameters
 */
const binaryen = (tool, parameters) => run(at('node_modules', '.bin', tool), parameters, { output: 'keep' });

/** Where cargo builds: the project's `target/`, or what the environment or the user's configuration says. */
async function targetFolder() {
  const metadata = await run('cargo', ['metadata', '--format-version', '1', '--no-deps'], { output: 'keep' });
  return /** @type {{ target_directory: string }} */ (JSON.parse(metadata)).target_directory;
}

/** The version of the wasm-bindgen crate in Cargo.lock, which its command-line tool must match exactly. */
export async function wasmBindgenVersion() {
  const lock = await readFile(at('Cargo.lock'), 'utf8');
  const found = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock);
  if (!found) throw new Error('Cargo.lock names no version of wasm-bindgen');
  return found[1];
}
