// `npm start`: a real backend and the demo page, both on 127.0.0.1, until Ctrl-C.
import path from 'node:path';
import { build } from './build.mjs';
import { main, UserError } from './command.mjs';
import { cache } from './project.mjs';
import { startBackend } from './serve/backend.mjs';
import { freePort } from './serve/port.mjs';
import { serve } from './serve/site.mjs';
import { needs, setUp } from './setup.mjs';

// What a page keeps belongs to its port, and so does the backend's file: the same ports find the same data again.
const preferred = { site: [8340, 8342, 8344, 8346], backend: [8341, 8343, 8345, 8347] };

await main(async () => {
  await setUp(needs.forStart);
  await build();

  const port = await freePort(...preferred.backend);
  const backend = await startBackend({ data: path.join(cache, 'demo', `backend-${port}.sqlite`), port });
  const site = await serve(
    {
      folders: ['www', 'pkg', 'docs'],
      home: '/www/demo/',
      answers: { '/config.json': () => JSON.stringify({ backend: backend.address }) },
    },
    await freePort(...preferred.site),
  );
  console.log(`\nThe demo page:  ${site.address}/\nThe backend:    ${backend.address}/\n\nCtrl-C stops both.`);

  const reason = await Promise.race([interruption(), backend.ended.then(() => 'backend')]);
  await Promise.all([site.stop(), backend.stop()]);
  if (reason === 'backend') throw new UserError('The backend stopped by itself; its message is above.');
});

/** Resolves when the user, or the system, asks to stop. */
function interruption() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('asked'));
  });
}
