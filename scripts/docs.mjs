// `npm run docs`: the docs site, from the repository's Markdown and types, in the folder `site`.
//
// markdown-it reads the Markdown, and the frame is some lines of our own: a generator of whole sites brings a framework of
// the page's, hundreds of packages and scripts, for what are links and text.
import { main } from './command.mjs';
import { makeSite } from './docs/site.mjs';
import { at } from './project.mjs';

await main(async () => {
  await makeSite(at('site'));
  console.log(`The docs are in ${at('site')}: open index.html.`);
});
