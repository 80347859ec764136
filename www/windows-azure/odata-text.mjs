// A query in the text of a URL's options, as online tables take it, for local tables too.

import { TureenError } from '../error.mjs';
import { Query } from './query.mjs';

/** What each option is in the parameters of `Query.Providers.OData.fromOData`, which come after the table. */
const OPTIONS = ['$filter', '$orderby', '$skip', '$top', '$select', '$inlinecount', '__includedeleted'];

/** A text of options, with or without the path of its table: `/todoitem?$filter=…`, `?$top=5`, `$filter=…`. */
const TEXT = /^(?:\/([^?]+))?\??((?:\$|__|$).*)$/s;

/**
 * The query that text says; anything else as it is, for whoever checks it.
 * @template T
 * @param {T | string} given
 * @param {string} [table] its table, when the text does not name one
 * @returns {T | string | Query}
 */
export function fromText(given, table) {
  const [text, named = table, options] = (typeof given === 'string' && TEXT.exec(given)) || [];
  if (!text || !named) return given;
  const parts = OPTIONS.map(() => /** @type {any} */ (null));
  for (const option of options.split('&').filter((one) => one)) {
    const [name, value] = split(option);
    const place = OPTIONS.indexOf(name.toLowerCase());
    if (place >= 0) parts[place] = READ[name.toLowerCase()]?.(value) ?? value;
    else if (name.startsWith('$')) throw refusal(`A local table knows no ${name}`);
  }
  return Query.Providers.OData.fromOData(named, ...parts);
}

/** How an option is read that is no text. @type {Record<string, (value: string) => unknown>} */
const READ = {
  $skip: count,
  $top: count,
  $inlinecount: (value) => value === 'allpages',
  __includedeleted: (value) => value === 'true',
};

/** @param {string} value */
function count(value) {
  if (/^\d+$/.test(value)) return Number(value);
  throw refusal(`${JSON.stringify(value)} is no number of rows`);
}

/** @param {string} option */
function split(option) {
  const [name, ...rest] = option.split('=');
  return [decoded(name), decoded(rest.join('='))];
}

/** As servers do: what is not well encoded stays as it is. @param {string} text */
function decoded(text) {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** @param {string} reason */
const refusal = (reason) =>
  new TureenError('BAD_QUERY', `${reason}; the options are ${OPTIONS.slice(0, -1).join(', ')} and __includeDeleted.`);
