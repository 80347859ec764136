// `npm run audit`: known vulnerabilities and licences of what the project depends on. Both ask the internet, and are no
// part of `npm test` for that reason.
import { attempt, main, UserError } from './command.mjs';
import { setUp } from './setup.mjs';
import { cargoDeny } from './setup/rust.mjs';

await main(async () => {
  await setUp([cargoDeny]);
  const failed = [];
  for (const [program, ...parameters] of [
    ['cargo', 'deny', '--locked', 'check'],
    // What users install; the tools of the workshop are only told of.
    ['npm', 'audit', '--omit=dev'],
  ]) {
    const { code } = await attempt(program, parameters);
    if (code !== 0) failed.push([program, ...parameters].join(' '));
  }
  await attempt('npm', ['audit']);
  if (failed.length > 0) throw new UserError(`Found something, or could not ask: ${failed.join(', ')}.`);
});
