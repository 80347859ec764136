// The test org with some contacts, for the demo: it lives in memory, and as long as this process.
import { Org } from '../../tests/backends/salesforce/org.mjs';

const CONTACTS = [
  ['Ada', 'Lovage', 'Head of purchasing', 'ada@lovage.example', '+44 20 7946 0101'],
  ['Basil', 'Thyme', 'Buyer', 'basil@thyme.example', '+44 20 7946 0102'],
  ['Clementine', 'Sorrel', 'Chef', 'clementine@sorrel.example', '+44 20 7946 0103'],
  ['Dill', 'Anders', 'Stock keeper', 'dill@anders.example', null],
  ['Ginger', 'Root', 'Managing partner', 'ginger@root.example', '+44 20 7946 0105'],
  ['Olive', 'Marsh', 'Accounts', null, '+44 20 7946 0106'],
  ['Rosemary', 'Field', 'Director', 'rosemary@field.example', '+44 20 7946 0107'],
  ['Tarragon', 'Wells', 'Driver', null, null],
];

/**
 * @param {number} port 0 for a free one
 * @returns {Promise<{ address: string, session: () => string, org: Org, stop: () => Promise<unknown> }>} `session` is
 *   what a page is told that nobody has to log in to
 */
export async function startOrg(port) {
  const org = await Org.start({ port });
  for (const [FirstName, LastName, Title, Email, Phone] of CONTACTS) {
    org.create('Contact', { FirstName, LastName, Title, Email, Phone });
  }
  const began = String(Date.now());
  return {
    address: org.address,
    session: () => JSON.stringify({ instanceUrl: org.address, accessToken: org.token(), began }),
    org,
    stop: () => org.stop(),
  };
}
