// The test org in a thread of its own, so that it answers while the client works.
import { parentPort, workerData } from 'node:worker_threads';
import { Org } from '../../tests/backends/salesforce/org.mjs';

const org = await Org.start();
const ids = Array.from({ length: workerData.records }, (_, number) =>
  org.create('Account', { Name: `n${number}`, Phone: '030' }),
);

/** Removes some records, and tells what was asked since the last time, and what time that took the org. */
parentPort?.on('message', (/** @type {{ remove: number }} */ { remove }) => {
  for (const id of ids.splice(0, remove)) org.remove(id);
  parentPort?.postMessage({ requests: org.asked().length, milliseconds: org.served.milliseconds });
  org.served.milliseconds = 0;
});
parentPort?.postMessage({ address: org.address, token: org.token() });
