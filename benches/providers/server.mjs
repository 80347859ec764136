// Serves rows by pages, made beforehand, in a process of its own: REST with links in the body, and OData with next links.
import { createServer } from 'node:http';

const [rows, size] = process.argv.slice(2).map(Number);
/** @type {Map<string, string>} */
const pages = new Map();

const row = (/** @type {number} */ n) => ({
  id: `r${n}`, name: `row number ${n}`, price: n / 7, done: n % 2 === 0, tags: ['leek', 'kale'], text: 'x'.repeat(250),
});

const server = createServer((request, answer) => {
  const page = pages.get(request.url?.split('&')[0].replace('?%24count=true', '').replace('?$count=true', '') ?? '');
  answer.writeHead(page ? 200 : 404, { 'Content-Type': 'application/json' });
  answer.end(page);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}`;
  for (let from = 0; from < rows; from += size) {
    const value = JSON.stringify(Array.from({ length: size }, (_, n) => row(from + n)));
    const more = from + size < rows;
    for (const [kind, name] of [['rest', 'next'], ['odata', '@odata.nextLink']]) {
      const address = from === 0 ? `/${kind}` : `/${kind}?from=${from}`;
      const link = more ? `"${name}":"${url}/${kind}?from=${from + size}",` : '';
      pages.set(address, `{${link}"value":${value}}`);
    }
  }
  process.send?.({ url });
});
