// The contact manager as its user works it, wherever it runs.
import assert from 'node:assert/strict';
import { By, until } from 'selenium-webdriver';

/** Longer than anything that the page does. */
const PATIENCE = 20_000;

/** @param {import('./browser/browser.mjs').Browser} browser */
const page = ({ session }) => {
  const find = (/** @type {string} */ selector) => session.findElement(By.css(selector));
  return {
    /** @param {string} id @param {string} text */
    write: (id, text) => find(`#${id}`).sendKeys(text),
    /** @param {string} name */
    press: (name) => session.findElement(By.xpath(`//button[normalize-space()="${name}"]`)).click(),
    /** @param {string} text */
    says: async (text) => {
      await session.wait(until.elementTextIs(find('#status'), text), PATIENCE).catch(() => {});
      assert.equal(await find('#status').getText(), text);
    },
    /** @param {string} list */
    lines: (list) =>
      session.executeScript(
        'return [...document.querySelectorAll(arguments[0] + " > li")].map((line) => line.firstChild.textContent.trim())',
        `#${list}`,
      ),
  };
};

/**
 * Keeps contacts: adds, pages, searches, replaces, counts and removes.
 * @param {import('./browser/browser.mjs').Browser} browser that has the page open, for the first time
 */
export async function keepContacts(browser) {
  const { write, press, says, lines } = page(browser);
  await says('page 1 of 0, 0 contacts');
  const people = [
    ['Ada', 'Broth', 'likes chervil'], ['Ben', 'Broth', 'no salt'], ['Cleo', 'Ladle', 'sends chervil'],
    ['Dov', 'Ladle', 'new'],
  ];
  for (const [at, [name, company, notes]] of people.entries()) {
    await write('name', name);
    await write('company', company);
    await write('notes', notes);
    await press('Add');
    await says(`Saved ${name}; page 1 of ${Math.ceil((at + 1) / 3)}, ${at + 1} contacts`);
  }
  assert.deepEqual(await lines('contacts'), ['Ada, Broth', 'Ben, Broth', 'Cleo, Ladle']);
  assert.deepEqual(await lines('companies'), ['Broth: 2', 'Ladle: 2']);

  await press('Next');
  await says('page 2 of 2, 4 contacts');
  assert.deepEqual(await lines('contacts'), ['Dov, Ladle']);
  await press('Next');
  await says('Error: Error: moveCursorToNextPage called while on last page');
  await press('Previous');
  await says('page 1 of 2, 4 contacts');

  await write('words', 'cherv*');
  await press('Search');
  await says('Searched for cherv*; page 1 of 1, 2 contacts');
  assert.deepEqual(await lines('contacts'), ['Ada, Broth', 'Cleo, Ladle']);

  await write('name', 'Ben');
  await write('company', 'Whisk');
  await press('Add');
  await says('Saved Ben; page 1 of 2, 4 contacts');
  assert.deepEqual(await lines('companies'), ['Broth: 1', 'Ladle: 2', 'Whisk: 1'], 'replaced by its external id');
  await press('Remove Ada');
  await says('Removed Ada; page 1 of 1, 3 contacts');

  await browser.reload();
  await says('page 1 of 1, 3 contacts');
  assert.deepEqual(await lines('contacts'), ['Ben, Whisk', 'Cleo, Ladle', 'Dov, Ladle']);
}

/**
 * Asks the native class itself, as the SDK's own JavaScript does.
 * @param {import('./browser/browser.mjs').Browser} browser
 */
export async function askNativeClass(browser) {
  const told = await browser.run(() => {
    const ask = (/** @type {string} */ action, /** @type {object} */ payload) =>
      new Promise((resolve) => contacts.ask(action, payload, resolve, (/** @type {unknown} */ error) => resolve({ error })));
    const querySpec = { queryType: 'smart', smartSql: 'select count(*) from {contacts}', pageSize: 1 };
    return Promise.all([
      ask('pgSoupExists', { soupName: 'contacts', isGlobalStore: false }),
      ask('pgSoupExists', { soupName: 'contacts', isGlobalStore: true, storeName: 'other' }),
      ask('pgRunSmartQuery', { querySpec, isGlobalStore: false }),
      ask('pgClearSoup', { soupName: 'nowhere', isGlobalStore: false }),
      ask('pgNothing', {}),
    ]);
  });
  assert.deepEqual(told.slice(0, 2), [true, false]);
  assert.deepEqual(/** @type {any} */ (told[2]).currentPageOrderedEntries, [[3]]);
  assert.match(/** @type {any} */ (told[3]).error, /^Soup: nowhere does not exist/);
  assert.deepEqual(told[4], { error: 'Invalid action' });
}
