// What objects there are and what they are like. REST API Developer Guide, "Describe Global", "sObject Describe".
import { TYPES } from '../data/types.mjs';
import { typeOf } from './call.mjs';

/** @typedef {import('../data/schema.mjs').Field} Field */
/** @typedef {import('../data/schema.mjs').ObjectType} ObjectType */
/** @typedef {import('../data/schema.mjs').Relation} Relation */
/** @typedef {import('./call.mjs').Answer} Answer */
/** @typedef {import('./call.mjs').Call} Call */

/** The record type of records that have none. */
export const MASTER = '012000000000000AAA';

/** @param {Call} call */
export const all = (call) =>
  describing(call, () => {
    const sobjects = call.org.schema.objects.map((type) => summary(call, type));
    return { encoding: 'UTF-8', maxBatchSize: 200, sobjects };
  });

/** @param {Call} call */
export const one = (call) =>
  describing(call, () => {
    const type = typeOf(call);
    return {
      ...summary(call, type),
      actionOverrides: [],
      childRelationships: call.org.schema.relationsOf(type).map(relationOf),
      compactLayoutable: true,
      fields: type.fields.map(fieldOf),
      listviewable: null,
      lookupLayoutable: null,
      namedLayoutInfos: [],
      networkScopeFieldName: null,
      recordTypeInfos: [
        {
          active: true,
          available: true,
          defaultRecordTypeMapping: true,
          developerName: 'Master',
          master: true,
          name: 'Master',
          recordTypeId: MASTER,
          urls: { layout: `${call.base}/sobjects/${type.name}/describe/layouts/${MASTER}` },
        },
      ],
      searchLayoutable: true,
      supportedScopes: [{ label: `All ${type.labelPlural}`, name: 'everything' }],
    };
  });

/**
 * What the list of all objects tells of one.
 * @param {Call} call
 * @param {ObjectType} type
 */
export function summary({ base }, type) {
  const url = `${base}/sobjects/${type.name}`;
  return {
    activateable: false,
    createable: type.writable,
    custom: type.custom,
    customSetting: false,
    deepCloneable: false,
    deletable: type.writable,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    idEnabled: true,
    isInterface: false,
    isSubtype: false,
    keyPrefix: type.keyPrefix,
    label: type.label,
    labelPlural: type.labelPlural,
    layoutable: true,
    mergeable: false,
    mruEnabled: true,
    name: type.name,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: true,
    triggerable: true,
    undeletable: type.writable,
    updateable: type.writable,
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}`, layouts: `${url}/describe/layouts` },
  };
}

/**
 * Answers with 304 when nothing changed: descriptions are as old as the org.
 * @param {Call} call
 * @param {() => unknown} body
 * @returns {Answer}
 */
export function describing({ org, headers }, body) {
  const modified = headers['if-modified-since'];
  const lastModified = { 'last-modified': new Date(org.madeAt).toUTCString() };
  if (modified && Math.floor(org.madeAt / 1000) * 1000 <= Date.parse(modified)) {
    return { status: 304, headers: lastModified };
  }
  return { status: 200, headers: lastModified, body: body() };
}

/** @param {Relation} relation */
const relationOf = ({ child, field, name }) => ({
  cascadeDelete: field.onDelete === 'cascade',
  childSObject: child.name,
  deprecatedAndHidden: false,
  field: field.name,
  junctionIdListNames: [],
  junctionReferenceTo: [],
  relationshipName: name,
  restrictedDelete: field.onDelete === 'restrict',
});

/** @param {Field} field */
export function fieldOf(field) {
  const { soap, kind } = TYPES[field.type];
  const isText = kind === 'text' || kind === 'id';
  return {
    aggregatable: field.filterable,
    aiPredictionField: false,
    autoNumber: field.autoNumber !== undefined,
    byteLength: isText ? field.length * (kind === 'id' ? 1 : 3) : 0,
    calculated: field.formula !== undefined,
    calculatedFormula: null,
    cascadeDelete: field.onDelete === 'cascade',
    caseSensitive: false,
    compoundFieldName: null,
    controllerName: null,
    createable: field.createable,
    custom: field.custom,
    defaultValue: field.initial,
    defaultValueFormula: null,
    defaultedOnCreate: field.initial !== null || field.autoNumber !== undefined || !field.createable,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? field.precision : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: field.externalId,
    extraTypeInfo: field.type === 'textarea' ? 'plaintextarea' : null,
    filterable: field.filterable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: field.filterable,
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: field.externalId || field.type === 'id',
    inlineHelpText: null,
    label: field.label,
    length: isText ? field.length : 0,
    mask: null,
    maskType: null,
    name: field.name,
    nameField: field.nameField,
    namePointing: false,
    nillable: !field.required,
    permissionable: field.createable && !field.required,
    picklistValues: field.values.map(choiceOf),
    polymorphicForeignKey: false,
    precision: kind === 'number' && field.type !== 'int' ? field.precision : 0,
    queryByDistance: false,
    referenceTargetField: null,
    referenceTo: field.to ? [field.to] : [],
    relationshipName: field.relationship,
    relationshipOrder: field.required && field.to ? 0 : null,
    restrictedDelete: field.onDelete === 'restrict',
    restrictedPicklist: field.restricted,
    scale: field.scale,
    searchPrefilterable: false,
    soapType: soap,
    sortable: field.sortable,
    type: field.type,
    unique: field.unique,
    updateable: field.updateable,
    writeRequiresMasterRead: false,
  };
}

/** @param {string} value */
const choiceOf = (value) => ({ active: true, defaultValue: false, label: value, validFor: null, value });
