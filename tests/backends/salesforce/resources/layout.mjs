// How the fields of objects are laid out: a line each. REST API Developer Guide, "sObject Layouts"; User Interface API
// Developer Guide, "Get a Layout".
import { ApiError, notFound } from '../errors.mjs';
import { answer, typeOf } from './call.mjs';
import { describing, fieldOf, MASTER } from './describe.mjs';

/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('./call.mjs').Call} Call */

/** @param {Call} call */
export const layouts = (call) =>
  describing(call, () => ({
    layouts: [layoutOf(typeOf(call))],
    recordTypeMappings: [
      {
        available: true,
        defaultRecordTypeMapping: true,
        layoutId: layoutId(typeOf(call)),
        master: true,
        name: 'Master',
        recordTypeId: MASTER,
      },
    ],
    recordTypeSelectorRequired: [false],
  }));

/** @param {Call} call */
export const layoutOfRecordType = (call) =>
  describing(call, () => {
    if (call.at.recordType !== MASTER) throw notFound();
    return layoutOf(typeOf(call));
  });

/** @param {Call} call */
export function layoutForUi({ org, at, query }) {
  const type = org.schema.object(at.type);
  if (!type) throw new ApiError(404, 'INVALID_TYPE', `Object ${at.type} is not supported in UI API`);
  const layoutType = wordOf(query, 'layoutType', ['Full', 'Compact']);
  const mode = wordOf(query, 'mode', ['View', 'Create', 'Edit']);
  wordOf(query, 'formFactor', ['Large', 'Medium', 'Small']);
  const recordTypeId = query.get('recordTypeId') ?? MASTER;
  if (recordTypeId !== MASTER) {
    throw new ApiError(400, 'INVALID_PARAMETER', `Record type ${recordTypeId} is not of ${type.name}`);
  }
  const fields = layoutType === 'Compact' ? [type.nameField] : type.fields.filter(({ createable }) => createable);
  return answer({
    eTag: Buffer.from(`${type.name} ${layoutType} ${mode}`).toString('hex'),
    id: layoutId(type),
    layoutType,
    mode,
    objectApiName: type.name,
    recordTypeId,
    saveOptions: [],
    sections: [
      {
        collapsible: false,
        columns: 1,
        heading: `${type.label} Information`,
        id: '01B000000000001AAA',
        layoutRows: fields.map((field) => ({
          layoutItems: [
            {
              ...itemOf(field),
              sortable: false,
              layoutComponents: [{ apiName: field.name, componentType: 'Field', label: field.label }],
            },
          ],
        })),
        rows: fields.length,
        tabOrder: 'TopToBottom',
        useHeading: true,
      },
    ],
  });
}

/** @param {ObjectType} type */
const layoutId = ({ keyPrefix }) => `00h0000000000${keyPrefix.slice(1)}AAA`;

/** @param {Field} field */
const itemOf = ({ createable, updateable, label, required }) => ({
  editableForNew: createable,
  editableForUpdate: updateable,
  label,
  required,
});

/** @param {ObjectType} type */
function layoutOf(type) {
  const rows = type.fields
    .filter(({ createable }) => createable)
    .map((field, index) => ({
      layoutItems: [
        {
          ...itemOf(field),
          placeholder: false,
          layoutComponents: [
            { details: fieldOf(field), displayLines: 1, tabOrder: index + 1, type: 'Field', value: field.name },
          ],
        },
      ],
      numItems: 1,
    }));
  const section = {
    columns: 1,
    heading: `${type.label} Information`,
    layoutRows: rows,
    rows: rows.length,
    parentLayoutId: layoutId(type),
    tabOrder: 'TopToBottom',
    useCollapsibleSection: false,
    useHeading: true,
  };
  return {
    buttonLayoutSection: { detailButtons: [] },
    detailLayoutSections: [section],
    editLayoutSections: [section],
    feedView: null,
    highlightsPanelLayoutSection: null,
    id: layoutId(type),
    multirowEditLayoutSections: [],
    offlineLinks: [],
    quickActionList: { quickActionListItems: [] },
    relatedContent: null,
    relatedLists: [],
    saveOptions: [],
  };
}

/**
 * A parameter that takes some words only; the first is the default.
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {string[]} words
 */
function wordOf(query, name, words) {
  const word = query.get(name) ?? words[0];
  if (words.includes(word)) return word;
  throw new ApiError(400, 'INVALID_PARAMETER', `${name} must be one of ${words.join(', ')}, not ${word}`);
}
