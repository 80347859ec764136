// `npm run audit`: known vulnerabilities and licences of what the project depends on. The former ask the internet, and
// this is no part of `npm test` for that reason.
import { attempt, main, UserError } from './command.mjs';
import { setUp } from './setup.mjs';
import { cargoDeny } from './setup/rust.mjs';

await main(async () => {
  await setUp([cargoDeny]);
  const failed = [];
  for (const [program, ...parameters] of [
    // What needs no network first: without one, these have been checked all the same.
    ['cargo', 'deny', '--locked', 'check', 'bans', 'licenses', 'sources'],
    ['cargo', 'deny', '--locked', 'check', 'advisories'],
    // What users install; the tools of the workshop are only told of.
    ['npm', 'audit', '--omit=dev'],
  ]) {
    const { code } = await attempt(program, parameters);
    if (code !== 0) failed.push([program, ...parameters].join(' '));
  }
  await attempt('npm', ['audit']);
  if (failed.length > 0) throw new UserError(`Found something, or could not ask: ${failed.join(', ')}.`);
});
