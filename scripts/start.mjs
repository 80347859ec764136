// `npm start`: a real backend, a test org and the demo's pages, all on 127.0.0.1, until Ctrl-C.
import path from 'node:path';
import { build } from './build.mjs';
import { main, UserError } from './command.mjs';
import { cache } from './project.mjs';
import { startBackend } from './serve/backend.mjs';
import { startOrg } from './serve/org.mjs';
import { freePort } from './serve/port.mjs';
import { serve } from './serve/site.mjs';
import { needs, setUp } from './setup.mjs';

// What a page keeps belongs to its port, and so does the backend's file: the same ports find the same data again.
const preferred = { site: [8340, 8342, 8344, 8346], backend: [8341, 8343, 8345, 8347], org: [8350, 8351, 8352, 8353] };

await main(async () => {
  await setUp(needs.forStart);
  await build();

  const port = await freePort(...preferred.backend);
  const backend = await startBackend({ data: path.join(cache, 'demo', `backend-${port}.sqlite`), port });
  const org = await startOrg(await freePort(...preferred.org));
  const site = await serve(
    {
      folders: ['www', 'pkg', 'docs', 'node_modules/backbone', 'node_modules/underscore'],
      home: '/www/demo/',
      answers: { '/config.json': () => JSON.stringify({ backend: backend.address }), '/org.json': org.session },
    },
    await freePort(...preferred.site),
  );
  const addresses = { 'The demo page': site, 'The backend': backend, 'The test org': org };
  const lines = Object.entries(addresses).map(([name, { address }]) => `${`${name}:`.padEnd(16)}${address}/`);
  console.log(`\n${lines.join('\n')}\n\nCtrl-C stops them all.`);

  const reason = await Promise.race([interruption(), backend.ended.then(() => 'backend')]);
  await Promise.all([site.stop(), backend.stop(), org.stop()]);
  if (reason === 'backend') throw new UserError('The backend stopped by itself; its message is above.');
});

/** Resolves when the user, or the system, asks to stop. */
function interruption() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('asked'));
  });
}
