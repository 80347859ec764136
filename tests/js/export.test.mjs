// A store as bytes, to another place and back, and under another key.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { importStore, openStore, smartstoreClient as client } from '../../www/node.mjs';

const pantry = { name: 'pantry', isGlobalStore: true };
const jars = 'select {jars:label} from {jars} order by 1';

/** @type {Awaited<ReturnType<typeof openStore>>} */
let store;

beforeEach(async () => {
  await client.removeAllGlobalStores();
  store = await openStore(pantry);
  await store.registerSoup('jars', [{ path: 'label', type: 'string' }, { path: 'story', type: 'full_text' }]);
  await store.upsertSoupEntries('jars', [{ label: 'saffron', story: 'from far away' }, { label: 'thyme' }]);
});
after(() => client.removeAllGlobalStores());

for (const passphrase of [undefined, 'ladle']) {
  test(`a store is taken to another place, ${passphrase ? 'sealed with a passphrase' : 'unsealed'}`, async () => {
    const bytes = await store.export({ passphrase });
    assert.ok(bytes instanceof Uint8Array);
    if (passphrase) assert.equal(Buffer.from(bytes).includes('from far'), false);
    await store.clearSoup('jars');
    for (const given of [bytes, new Uint8Array(bytes).buffer]) {
      const name = { name: 'copy', isGlobalStore: true };
      const copy = await importStore(given, { ...name, passphrase, encryption: { passphrase: 'own' } });
      assert.deepEqual(await copy.smartQuery(jars), [['saffron'], ['thyme']]);
      const found = await copy.querySoup('jars', { queryType: 'match', indexPath: 'story', matchKey: 'away' });
      assert.equal(found.totalEntries, 1);
      await assert.rejects(openStore({ ...name, key: { passphrase: 'ladle!' } }), { code: 'WRONG_KEY' });
    }
    assert.deepEqual(await store.smartQuery(jars), [], 'the store itself is another');
  });
}

test('an import takes the place of the store that is open, at once and for good', async () => {
  const bytes = await client.exportStore(store.config);
  await store.upsertSoupEntries('jars', [{ label: 'later' }]);
  const importing = importStore(bytes, pantry);
  assert.deepEqual(await store.smartQuery(jars), [['saffron'], ['thyme']], 'who asks meanwhile gets the new one');
  const again = await importing;
  await again.close();
  assert.deepEqual(await store.smartQuery(jars), [['saffron'], ['thyme']]);
});

test('what cannot be imported leaves all as it was', async () => {
  const sealed = await store.export({ passphrase: 'ladle' });
  const broken = sealed.slice();
  broken[broken.length - 1] ^= 1;
  /** @type {[any, any][]} */
  const cases = [
    [sealed, {}], [sealed, { passphrase: 'spoon' }], [broken, { passphrase: 'ladle' }], [new Uint8Array(9), {}], ['text', {}],
  ];
  for (const [bytes, options] of cases) {
    await assert.rejects(importStore(bytes, { ...pantry, ...options }), (/** @type {any} */ error) => {
      assert.equal(error.name, 'TureenError', error.stack);
      return !/spoon|ladle/.test(error.message);
    });
    assert.deepEqual(await store.smartQuery(jars), [['saffron'], ['thyme']]);
  }
  const secret = await openStore({ name: 'secret', key: { passphrase: 'own' } });
  await secret.registerSoup('jars', [{ path: 'label', type: 'string' }]);
  await assert.rejects(importStore(broken, { name: 'secret', passphrase: 'ladle' }));
  assert.deepEqual(await secret.smartQuery(jars), [], 'open as it was, with its own key');
  await secret.remove();
});

test('a store is sealed anew while it is open, and opens with the new key only', async () => {
  await store.changeKey({ passphrase: 'ladle' });
  await store.upsertSoupEntries('jars', [{ label: 'under the new key' }]);
  await store.close();
  await assert.rejects(openStore({ ...pantry, encryption: { passphrase: 'spoon' } }), { code: 'WRONG_KEY' });
  await openStore({ ...pantry, encryption: { passphrase: 'ladle' } });
  assert.equal((await store.smartQuery(jars)).length, 3);
  await client.changeKey(store.config, { bytes: new Uint8Array(32).fill(7) });
  await store.close();
  await assert.rejects(openStore({ ...pantry, encryption: { passphrase: 'ladle' } }), { code: 'WRONG_KEY' });
  await openStore({ ...pantry, key: { bytes: new Uint8Array(32).fill(7) } });
  await assert.rejects(store.changeKey(/** @type {any} */ ('spoon')), { code: 'BAD_ARGUMENT' });
});
