#!/usr/bin/env node
// `npx cordova-plugin-tureen file-pages <folder>`: for plain pages that are opened from file://.
const { existsSync } = require('node:fs');
const { writeScripts } = require('./as-scripts.js');

const [task, folder, ...more] = process.argv.slice(2);
if (task !== 'file-pages' || folder === undefined || more.length > 0) {
  fail('Use: npx cordova-plugin-tureen file-pages <folder>, the folder with your copy of tureen_bg.wasm.');
}
if (!existsSync(folder)) fail(`There is no folder ${folder}.`);
const scripts = writeScripts(folder);
if (scripts.length === 0) fail(`There is no tureen_bg.wasm in ${folder}: copy the package's pkg there first.`);
console.log(`${folder} has ${scripts.join(' and ')} now, for pages of file://.`);

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(why);
  process.exit(1);
}
