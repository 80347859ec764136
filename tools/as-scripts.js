// Makes scripts of the module's files, for pages of file://, where nothing can be fetched but scripts: each sets
// `tureenWasm` to a file in base64.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

/**
 * @param {string} folder where the module's files are
 * @returns {string[]} the names of the scripts that now are beside them; none where there is no such file
 */
exports.writeScripts = (folder) =>
  readdirSync(folder)
    .filter((file) => /^tureen_\w+\.wasm$/.test(file))
    .map((file) => {
      const base64 = readFileSync(path.join(folder, file), 'base64');
      writeFileSync(path.join(folder, `${file}.js`), `globalThis.tureenWasm="${base64}";\n`);
      return `${file}.js`;
    });
