// `npm test`: installs what is missing, then runs every test, and ends with one line that counts them.
//
//   npm test -- --only e2e          the steps whose name has this in it
//   npm test -- --only size,types   or any of these
import { parseArgs } from 'node:util';
import { main, UserError } from './command.mjs';
import { needs, setUp } from './setup.mjs';
import { steps } from './test/steps.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const wanted = values.only?.split(',');
  const chosen = steps.filter(({ name }) => !wanted || wanted.some((part) => name.includes(part)));
  if (chosen.length === 0) {
    throw new UserError(`No step is called ${values.only}. There are: ${steps.map(({ name }) => name).join(', ')}.`);
  }

  await setUp(needs.forTest);

  const table = [];
  const total = { passed: 0, failed: 0 };
  for (const { name, run } of chosen) {
    console.log(`\n━━ ${name} ━━`);
    const begun = performance.now();
    const { passed, failed } = await run().catch((error) => {
      console.error(error);
      return { passed: 0, failed: 1 };
    });
    total.passed += passed;
    total.failed += failed;
    table.push([name.padEnd(24), `${passed} passed`.padEnd(14), `${failed} failed`.padEnd(12), elapsed(begun)]);
  }

  console.log(`\n━━ all ━━\n${table.map((row) => row.join('')).join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) process.exitCode = 1;
});

/** @param {number} begun */
function elapsed(begun) {
  const seconds = Math.round((performance.now() - begun) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
