// `npm run build`: makes pkg/ from src/ and www/, whatever of it is not current.
import { bringUpToDate } from './build/step.mjs';
import { scripts, wasmAsScript } from './build/bundles.mjs';
import { wasm } from './build/wasm.mjs';
import { main } from './command.mjs';
import { fileURLToPath } from 'node:url';

/**
 * Brings pkg/ up to date.
 * @returns {Promise<boolean>} whether anything had to be made
 */
export async function build() {
  let worked = false;
  for (const step of [wasm, scripts, wasmAsScript]) worked = (await bringUpToDate(step)) || worked;
  return worked;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    if (!(await build())) console.log('build: everything is current');
  });
}
