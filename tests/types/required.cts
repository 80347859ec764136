// An app in TypeScript that requires the package. Checked by `tsc`; there is nothing to run.
import tureen = require('../../types/index.cjs');

export const client = new tureen.WindowsAzure.MobileServiceClient('https://site.example');
// @ts-expect-error there is no such call
export const nothing = tureen.WindowsAzure.nothing;
