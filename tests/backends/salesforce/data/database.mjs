// What a change must keep to before it becomes a record: required fields, references, uniqueness, rules, and what is
// deleted along. REST API Developer Guide; SOAP API Developer Guide, "Core Data Types" and "DML" for the codes.
import { ApiError, notFound, refusal, Unreadable } from '../errors.mjs';
import { Ids, longId } from './ids.mjs';
import { Records } from './records.mjs';
import { wholeSecond } from './times.mjs';
import { taken } from './types.mjs';

/** @typedef {import('./schema.mjs').Kept} Kept */
/** @typedef {import('./schema.mjs').Field} Field */
/** @typedef {import('./schema.mjs').ObjectType} ObjectType */
/** @typedef {import('./schema.mjs').Schema} Schema */
/** @typedef {import('./times.mjs').Clock} Clock */
/** @typedef {import('./types.mjs').Value} Value */

const RECENT = 200;

/** More than one record has the external id. */
export class Several extends ApiError {
  /**
   * @param {Field} field
   * @param {string[]} ids
   */
  constructor(field, ids) {
    const message = `${field.name}: more than one record found for external id field: [${ids.join(', ')}]`;
    super(300, 'DUPLICATE_EXTERNAL_ID', message, []);
    this.ids = ids;
  }
}

export class Database {
  #ids = new Ids();
  #clock;
  /** The last number given, by field. @type {Map<Field, number>} */
  #numbers = new Map();
  /** The ids that a user saw or changed last, newest first. @type {Map<string, string[]>} */
  #recent = new Map();
  records = new Records();

  /**
   * @param {Schema} schema
   * @param {Clock} clock
   */
  constructor(schema, clock) {
    this.schema = schema;
    this.#clock = clock;
  }

  /**
   * @param {string} name
   * @returns {ObjectType}
   */
  object(name) {
    const type = this.schema.object(name);
    if (!type) throw notFound();
    return type;
  }

  /**
   * @param {ObjectType} type
   * @param {Record<string, any>} given
   * @param {string} user
   * @returns {Kept} as it is kept
   */
  create(type, given, user) {
    if (!type.writable) throw readOnly(type);
    if ('Id' in given || 'id' in given) {
      throw refusal('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']);
    }
    const record = this.enter(type, this.#values(type, given, 'createable'), user);
    this.saw(user, String(record.Id));
    return record;
  }

  /**
   * Keeps a new record of an object that the API may not be able to write.
   * @param {ObjectType} type
   * @param {Kept} values
   * @param {string | null} user
   */
  enter(type, values, user) {
    const Id = this.#ids.next(type.keyPrefix);
    const now = wholeSecond(this.#clock.now());
    const initial = Object.fromEntries(type.fields.map((field) => [field.name, this.#initial(field)]));
    const author = user ?? Id;
    return this.#save(
      type,
      {
        ...initial,
        ...(type.field('OwnerId') && { OwnerId: author }),
        ...values,
        Id,
        IsDeleted: false,
        CreatedDate: now,
        CreatedById: author,
        LastModifiedDate: now,
        LastModifiedById: author,
        SystemModstamp: now,
      },
      undefined,
    );
  }

  /**
   * @param {ObjectType} type
   * @param {string} id
   * @param {Record<string, any>} given
   * @param {string} user
   */
  update(type, id, given, user) {
    const before = this.target(type, id);
    if (!type.writable) throw readOnly(type);
    const now = wholeSecond(this.#clock.now());
    const values = this.#values(type, given, 'updateable');
    const audit = { LastModifiedDate: now, LastModifiedById: user, SystemModstamp: now };
    this.#save(type, { ...before, ...values, ...audit }, before);
    this.saw(user, String(before.Id));
    return this.target(type, id);
  }

  /**
   * Updates the record that a key stands for, or creates it.
   * @param {ObjectType} type
   * @param {string} name of the key: an external id, or `Id`
   * @param {Value | undefined} value
   * @param {Record<string, any>} given without the key
   * @param {string} user
   * @returns {{ record: Kept, created: boolean }}
   */
  upsert(type, name, value, given, user) {
    const key = this.key(type, name);
    const none = value === undefined || value === null || value === '';
    if (none && key.name !== 'Id') throw refusal('MISSING_ARGUMENT', `${key.name} not specified`);
    const found = none ? undefined : this.byKey(type, name, value);
    if (found) return { record: this.update(type, String(found.Id), given, user), created: false };
    return { record: this.create(type, none ? given : { ...given, [key.name]: value }, user), created: true };
  }

  /**
   * @param {ObjectType} type
   * @param {string} id
   */
  remove(type, id) {
    const record = this.target(type, id);
    if (!type.writable) throw readOnly(type);
    this.records.atomically(() => this.#remove(type, record));
  }

  /**
   * The one record that an external id, or `Id`, stands for.
   * @param {ObjectType} type
   * @param {string} name of the field
   * @param {Value} value
   * @returns {Kept | undefined}
   */
  byKey(type, name, value) {
    const field = this.key(type, name);
    if (field.name === 'Id') return this.target(type, String(value));
    const found = this.records.having(type, field, taken(field, value));
    if (found.length <= 1) return found[0];
    const ids = found.map(({ Id }) => String(Id));
    throw new Several(field, ids);
  }

  /**
   * A field by which records can be named.
   * @param {ObjectType} type
   * @param {string} name
   */
  key(type, name) {
    const field = type.field(name);
    if (field?.name === 'Id' || field?.externalId) return field;
    throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
  }

  /**
   * The record that is to be changed, or read in a condition.
   * @param {ObjectType} type
   * @param {string} id
   * @returns {Kept}
   */
  target(type, id) {
    const long = longId(id);
    if (!long?.startsWith(type.keyPrefix)) throw refusal('MALFORMED_ID', `malformed id ${id}`);
    const record = this.records.get(type.name, long);
    if (!record) throw new ApiError(404, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
    if (record.IsDeleted) throw new ApiError(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
    return record;
  }

  /**
   * Notes what a user saw or changed.
   * @param {string} user
   * @param {string} id
   */
  saw(user, id) {
    const others = (this.#recent.get(user) ?? []).filter((other) => other !== id);
    this.#recent.set(user, [id, ...others].slice(0, RECENT));
  }

  /**
   * What a user saw or changed last, newest first, without what is deleted.
   * @param {string} user
   */
  recent(user) {
    return (this.#recent.get(user) ?? []).flatMap((id) => {
      const type = this.schema.objectOf(id);
      const record = type && this.records.get(type.name, id);
      return record && !record.IsDeleted ? [{ type, record }] : [];
    });
  }

  /** @param {Field} field @returns {Value} */
  #initial(field) {
    if (!field.autoNumber) return field.initial;
    const number = (this.#numbers.get(field) ?? 0) + 1;
    this.#numbers.set(field, number);
    return field.autoNumber.replace(/\{(0+)\}/, (_, zeros) => String(number).padStart(zeros.length, '0'));
  }

  /**
   * The values of a record that came as JSON.
   * @param {ObjectType} type
   * @param {Record<string, any>} given
   * @param {'createable' | 'updateable'} right
   * @returns {Kept}
   */
  #values(type, given, right) {
    /** @type {Kept} */
    const values = {};
    const forbidden = [];
    for (const [name, value] of Object.entries(given)) {
      if (name === 'attributes') continue;
      const leading = value !== null && typeof value === 'object' ? type.reference(name) : undefined;
      const field = leading ?? type.field(name);
      if (!field) throw new Unreadable('INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`);
      if (!field[right]) forbidden.push(field.name);
      else values[field.name] = leading ? this.#led(field, value) : taken(field, value);
    }
    if (forbidden.length === 0) return values;
    const message =
      `Unable to create/update fields: ${forbidden.join(', ')}. Please check the security settings of this ` +
      'field and verify that it is read/write for your profile or permission set.';
    throw refusal('INVALID_FIELD_FOR_INSERT_UPDATE', message, forbidden);
  }

  /**
   * The id of a record that is referred to by its external id: `{"Account__r": {"Code__c": "x"}}`.
   * @param {Field} field
   * @param {Record<string, any>} given
   */
  #led(field, given) {
    const type = this.object(String(field.to));
    const keys = Object.keys(given).filter((name) => name !== 'attributes');
    const key = keys.length === 1 ? type.field(keys[0]) : undefined;
    if (!key?.externalId) {
      const message = `The external foreign key reference does not reference a valid entity: ${field.relationship}`;
      throw refusal('INVALID_FIELD', message);
    }
    const found = this.byKey(type, key.name, given[keys[0]]);
    if (found) return String(found.Id);
    const message = `Foreign key external ID: ${given[keys[0]]} not found for field ${key.name} in entity ${type.name}`;
    throw refusal('INVALID_FIELD', message);
  }

  /**
   * @param {ObjectType} type
   * @param {Kept} record
   * @param {Kept | undefined} before
   */
  #save(type, record, before) {
    const missing = type.fields
      .filter((field) => field.required && record[field.name] === null)
      .map(({ name }) => name);
    if (missing.length > 0) {
      throw refusal('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
    }
    for (const field of type.fields) {
      const value = record[field.name];
      if (field.formula) record[field.name] = field.formula(record);
      if (value === null || value === before?.[field.name]) continue;
      if (field.to && field.createable) this.#checkReference(field, String(value));
      if (field.unique) this.#checkUnique(type, field, record);
    }
    const broken = type.rules.find((rule) => rule.broken(record));
    if (broken) throw refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', broken.message, broken.field ? [broken.field] : []);
    this.records.put(type, record);
    return record;
  }

  /**
   * @param {Field} field
   * @param {string} id
   */
  #checkReference(field, id) {
    const type = this.object(String(field.to));
    if (!id.startsWith(type.keyPrefix)) {
      throw refusal('FIELD_INTEGRITY_EXCEPTION', `${field.label}: id value of incorrect type: ${id}`, [field.name]);
    }
    const record = this.records.get(type.name, id);
    if (!record) throw refusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    if (record.IsDeleted) throw refusal('ENTITY_IS_DELETED', 'entity is deleted');
  }

  /**
   * @param {ObjectType} type
   * @param {Field} field
   * @param {Kept} record
   */
  #checkUnique(type, field, record) {
    const other = this.records.having(type, field, record[field.name]).find(({ Id }) => Id !== record.Id);
    if (!other) return;
    const id = String(other.Id).slice(0, 15);
    const message = `duplicate value found: ${field.name} duplicates value on record with id: ${id}`;
    throw refusal('DUPLICATE_VALUE', message);
  }

  /**
   * @param {ObjectType} type
   * @param {Kept} record
   */
  #remove(type, record) {
    const now = wholeSecond(this.#clock.now());
    this.records.put(type, { ...record, IsDeleted: true, LastModifiedDate: now, SystemModstamp: now });
    for (const { child, field } of this.schema.relationsOf(type)) {
      for (const dependent of this.records.having(child, field, record.Id)) this.#release(child, field, dependent, now);
    }
  }

  /**
   * What becomes of a record that refers to one that is being deleted. Clearing the reference is the system's doing: it
   * moves SystemModstamp, but not LastModifiedDate.
   * @param {ObjectType} type
   * @param {Field} field
   * @param {Kept} record
   * @param {number} now
   */
  #release(type, field, record, now) {
    if (field.onDelete === 'cascade') this.#remove(type, record);
    else if (field.onDelete === 'clear') this.records.put(type, { ...record, [field.name]: null, SystemModstamp: now });
    else {
      const message = `The record could not be deleted because it is associated with: ${record.Id}`;
      throw refusal('DELETE_FAILED', message);
    }
  }
}

/** @param {ObjectType} type */
const readOnly = ({ name }) =>
  refusal('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type ${name} cannot be changed through the API of this org`);
