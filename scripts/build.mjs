// `npm run build`: makes pkg/ from src/ and www/, whatever of it is not current.
import { fileURLToPath } from 'node:url';
import { main } from './command.mjs';
import { needs, setUp } from './setup.mjs';

/**
 * Brings pkg/ up to date, once everything that {@link needs.forBuild} names is there.
 * @returns {Promise<boolean>} whether anything had to be made
 */
export async function build() {
  // Loaded late: these need npm packages, which may have been missing a moment ago.
  const { bringUpToDate } = await import('./build/step.mjs');
  const { wasm } = await import('./build/wasm.mjs');
  const { scripts } = await import('./build/bundles.mjs');
  const { licenses } = await import('./build/licenses.mjs');
  let worked = false;
  for (const step of [wasm, scripts, licenses]) worked = (await bringUpToDate(step)) || worked;
  return worked;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp(needs.forBuild);
    if (!(await build())) console.log('build: everything is current');
  });
}
