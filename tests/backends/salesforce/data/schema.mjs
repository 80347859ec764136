// Which objects there are, and what fields they have. A test may define its own; the standard ones are in
// `objects.mjs`.

/** @typedef {import('./types.mjs').Value} Value */
/** @typedef {Record<string, Value>} Kept a record as it is kept, by the names of its fields */

/**
 * @typedef {object} FieldDefinition
 * @property {string} type of `types.mjs`
 * @property {string} [label]
 * @property {number} [length] of a text; 255
 * @property {number} [precision] of a number; 18
 * @property {number} [scale] of a number; 0
 * @property {boolean} [required]
 * @property {boolean} [unique]
 * @property {boolean} [externalId]
 * @property {boolean} [createable]
 * @property {boolean} [updateable]
 * @property {boolean} [nameField]
 * @property {string[]} [values] of a picklist
 * @property {boolean} [restricted] whether a picklist takes no other
 * @property {Value} [initial] what it is when nothing is given
 * @property {(record: Kept) => Value} [formula] works out the value; nobody can write it
 * @property {string} [autoNumber] such as `V-{0000}`
 * @property {string} [to] the object that a reference leads to
 * @property {string} [relationship] the reference's name in paths of SOQL
 * @property {string} [children] the name of the relationship back
 * @property {'clear' | 'cascade' | 'restrict'} [onDelete] what becomes of a record when the one it refers to is deleted
 */

/**
 * @typedef {object} Rule a validation rule: what it says when it is broken
 * @property {(record: Kept) => boolean} broken
 * @property {string} message
 * @property {string} [field]
 */

/**
 * @typedef {object} ObjectDefinition
 * @property {string} name
 * @property {string} [label]
 * @property {string} [labelPlural]
 * @property {string} keyPrefix the first three characters of its ids
 * @property {Record<string, FieldDefinition>} fields besides the system's
 * @property {Rule[]} [rules]
 * @property {boolean} [writable] by the API; true
 */

/** @typedef {{ child: ObjectType, field: Field, name: string | null }} Relation a relationship seen from the parent */

const LONG = 255;

export class Field {
  /**
   * @param {string} name
   * @param {FieldDefinition} given
   */
  constructor(name, given) {
    const writable = !given.formula && !given.autoNumber;
    this.name = name;
    this.type = given.type;
    this.label =
      given.label ??
      name
        .replace(/__c$/, '')
        .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
        .replace(/ Id$/, ' ID');
    this.length = given.length ?? (['reference', 'id'].includes(given.type) ? 18 : LONG);
    this.precision = given.precision ?? (given.type === 'int' ? 9 : 18);
    this.scale = given.scale ?? 0;
    this.required = given.required ?? false;
    this.unique = given.unique ?? false;
    this.externalId = given.externalId ?? false;
    this.createable = given.createable ?? writable;
    this.updateable = given.updateable ?? writable;
    this.nameField = given.nameField ?? name === 'Name';
    this.values = given.values ?? [];
    this.restricted = given.restricted ?? false;
    this.initial = given.initial ?? (given.type === 'boolean' ? false : null);
    this.formula = given.formula;
    this.autoNumber = given.autoNumber;
    this.to = given.to;
    this.relationship = given.relationship ?? null;
    this.children = given.children ?? null;
    this.onDelete = given.onDelete ?? 'clear';
    this.custom = name.endsWith('__c');
    /** Long texts can be neither compared nor sorted by. */
    this.filterable = !(given.type === 'textarea' && this.length > LONG);
    this.sortable = this.filterable && given.type !== 'multipicklist';
  }
}

/** @type {Record<string, FieldDefinition>} */
const SYSTEM = {
  CreatedDate: { type: 'datetime', createable: false, updateable: false },
  CreatedById: { type: 'reference', to: 'User', relationship: 'CreatedBy', createable: false, updateable: false },
  LastModifiedDate: { type: 'datetime', createable: false, updateable: false },
  LastModifiedById: {
    type: 'reference',
    to: 'User',
    relationship: 'LastModifiedBy',
    createable: false,
    updateable: false,
  },
  SystemModstamp: { type: 'datetime', createable: false, updateable: false },
};

export class ObjectType {
  /** @type {Map<string, Field>} */
  #fields = new Map();

  /** @param {ObjectDefinition} given */
  constructor({ name, label, labelPlural, keyPrefix, fields, rules = [], writable = true }) {
    this.name = name;
    this.label = label ?? name.replace(/__c$/, '');
    this.labelPlural = labelPlural ?? `${this.label}s`;
    this.keyPrefix = keyPrefix;
    this.custom = name.endsWith('__c');
    this.writable = writable;
    this.rules = rules;
    this.#add('Id', { type: 'id', label: `${this.label} ID`, createable: false, updateable: false });
    this.#add('IsDeleted', { type: 'boolean', createable: false, updateable: false });
    for (const [field, definition] of Object.entries({ ...fields, ...SYSTEM })) this.#add(field, definition);
  }

  /**
   * @param {string} name
   * @param {FieldDefinition} definition
   */
  #add(name, definition) {
    this.#fields.set(name.toLowerCase(), new Field(name, definition));
  }

  /** @returns {Field[]} */
  get fields() {
    return [...this.#fields.values()];
  }

  /** @returns {Field} */
  get nameField() {
    return this.fields.find((field) => field.nameField) ?? this.#fields.get('id') ?? this.fields[0];
  }

  /**
   * @param {string} name in any case
   * @returns {Field | undefined}
   */
  field(name) {
    return this.#fields.get(name.toLowerCase());
  }

  /**
   * The reference that a relationship's name stands for.
   * @param {string} name in any case
   */
  reference(name) {
    return this.fields.find((field) => field.relationship?.toLowerCase() === name.toLowerCase());
  }
}

export class Schema {
  /** @type {Map<string, ObjectType>} */
  #objects = new Map();

  /** @param {ObjectDefinition[]} objects */
  constructor(objects) {
    for (const object of objects) this.define(object);
  }

  /** @param {ObjectDefinition} definition takes the place of what has its name */
  define(definition) {
    this.#objects.set(definition.name.toLowerCase(), new ObjectType(definition));
  }

  /** @returns {ObjectType[]} */
  get objects() {
    return [...this.#objects.values()];
  }

  /**
   * @param {string} name in any case
   * @returns {ObjectType | undefined}
   */
  object(name) {
    return this.#objects.get(name.toLowerCase());
  }

  /**
   * The object that an id is of.
   * @param {string} id
   */
  objectOf(id) {
    return this.objects.find(({ keyPrefix }) => id.startsWith(keyPrefix));
  }

  /**
   * The relationships that lead to an object.
   * @param {ObjectType} parent
   * @returns {Relation[]}
   */
  relationsOf(parent) {
    return this.objects.flatMap((child) =>
      child.fields.filter((field) => field.to === parent.name).map((field) => ({ child, field, name: field.children })),
    );
  }
}
