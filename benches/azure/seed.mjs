// Fills the backend's database: the backend makes it, so that it is as the backend wants it; the rows go into the file.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { at } from '../../scripts/project.mjs';
import { startBackend } from '../../scripts/serve/backend.mjs';

const require = createRequire(at('backend', 'server.js'));

/**
 * Makes a database with so many todos. A thousand share each moment of `updatedAt`, as rows of an import do.
 * @param {string} file
 * @param {number} count
 */
export async function seed(file, count) {
  const backend = await startBackend({ data: file });
  await fetch(`${backend.address}/tables/todoitem`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'zumo-api-version': '2.0.0' },
    body: JSON.stringify({ id: 'first', text: 'Leek and potato', complete: false, price: 1.5, due: new Date(0) }),
  });
  await backend.stop();
  const { Database } = await require('sql.js')();
  const database = new Database(await readFile(file));
  const pattern = database.exec("SELECT * FROM todoitem WHERE id = 'first'")[0];
  const [row] = pattern.values;
  const columns = pattern.columns.map((/** @type {string} */ name) => `"${name}"`).join(', ');
  const insert = database.prepare(`INSERT INTO todoitem (${columns}) VALUES (${row.map(() => '?').join(', ')})`);
  const moment = Date.UTC(2024, 0, 1);
  database.exec('BEGIN');
  for (let n = 1; n < count; n += 1) {
    const changed = {
      id: `row-${String(n).padStart(7, '0')}`,
      text: `Leek and potato, the ${n}th, with a little cream and a little parsley`,
      updatedAt: new Date(moment + Math.floor(n / 1000) * 1000).toISOString(),
      createdAt: new Date(moment).toISOString(),
    };
    insert.run(pattern.columns.map((/** @type {string} */ name, /** @type {number} */ at) =>
      name in changed ? /** @type {any} */ (changed)[name] : row[at]));
  }
  database.exec('COMMIT');
  insert.free();
  await writeFile(file, database.export());
  database.close();
}
