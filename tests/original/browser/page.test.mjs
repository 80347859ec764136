// The original's own tests against Tureen in a page.
import { World } from '../../e2e/world.mjs';
import { suiteScript } from '../bundle.mjs';
import { judge } from '../judge.mjs';

const page = `<!doctype html>
<meta charset="utf-8">
<title>The original's tests</title>
<script src="/pkg/tureen.global.js"></script>
<script src="/original.js"></script>
`;

// The times that the original's tests expect are those of its authors' clocks. The browser takes this on.
process.env.TZ = 'America/Los_Angeles';
const world = await World.start({
  answers: (network) => ({ '/original.html': () => page, '/original.js': () => suiteScript(network.address) }),
});
judge(await inPage().finally(() => world.stop()));

async function inPage() {
  const browser = await world.device();
  await browser.open(`${world.site.address}/original.html`);
  return browser.run(() => originalSuite.run());
}
