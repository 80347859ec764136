// Cordova's hook: once an app's files are in the platforms, the module is there as scripts, too, for webviews that have
// their pages from file://.
const { existsSync } = require('node:fs');
const path = require('node:path');
const { writeScripts } = require('./as-scripts.js');

/** @param {{ opts: { paths?: string[] } }} context of Cordova's; `paths` are the platforms' folders of web files */
module.exports = ({ opts: { paths = [] } }) => {
  // Where plugin.xml puts them.
  const folders = paths.map((www) => path.join(www, 'tureen'));
  for (const folder of folders.filter((there) => existsSync(there))) writeScripts(folder);
};
