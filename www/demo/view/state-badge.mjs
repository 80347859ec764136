// A todo's state in words, with a picture and a colour that say the same.

import { stateWords } from '../sentences.mjs';
import { element, icon } from './element.mjs';

/** @typedef {import('../model/snapshot.mjs').State} State */

/** @param {State} state */
export const stateBadge = (state) =>
  element('span', { class: 'state', 'data-state': state }, icon(state), stateWords[state]);
