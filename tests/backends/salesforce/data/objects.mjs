// The objects that an org begins with: the usual fields of the standard ones, and two custom ones that have what those
// have not: external ids, numbers given by the server, details of details.

/** @typedef {import('./schema.mjs').FieldDefinition} FieldDefinition */
/** @typedef {import('./schema.mjs').ObjectDefinition} ObjectDefinition */

/** @type {FieldDefinition} */
const owner = { type: 'reference', to: 'User', relationship: 'Owner' };
/** @type {FieldDefinition} */
const longText = { type: 'textarea', length: 32_000 };
/** @type {FieldDefinition} */
const money = { type: 'currency', scale: 2 };

const STAGES = ['Prospecting', 'Qualification', 'Proposal', 'Closed Won', 'Closed Lost'];

/** @type {ObjectDefinition} */
const User = {
  name: 'User',
  keyPrefix: '005',
  writable: false,
  fields: {
    Username: { type: 'string', length: 80, required: true },
    FirstName: { type: 'string', length: 40 },
    LastName: { type: 'string', length: 80, required: true },
    Name: {
      type: 'string',
      formula: ({ FirstName, LastName }) => [FirstName, LastName].filter((part) => part).join(' '),
    },
    Email: { type: 'email', length: 128 },
    IsActive: { type: 'boolean' },
  },
};

/** @type {ObjectDefinition} */
const Account = {
  name: 'Account',
  keyPrefix: '001',
  fields: {
    Name: { type: 'string', label: 'Account Name', required: true },
    Type: { type: 'picklist', values: ['Prospect', 'Customer', 'Partner', 'Other'] },
    ParentId: { type: 'reference', to: 'Account', relationship: 'Parent', children: 'ChildAccounts' },
    BillingStreet: { type: 'textarea' },
    BillingCity: { type: 'string', length: 40 },
    BillingState: { type: 'string', length: 80 },
    BillingPostalCode: { type: 'string', length: 20 },
    BillingCountry: { type: 'string', length: 80 },
    Phone: { type: 'phone', length: 40 },
    Website: { type: 'url' },
    AccountNumber: { type: 'string', length: 40 },
    Industry: { type: 'picklist', values: ['Agriculture', 'Banking', 'Energy', 'Food', 'Technology'] },
    AnnualRevenue: { type: 'currency' },
    NumberOfEmployees: { type: 'int', label: 'Employees' },
    Description: longText,
    Rating: { type: 'picklist', values: ['Hot', 'Warm', 'Cold'] },
    OwnerId: owner,
  },
};

/** @type {ObjectDefinition} */
const Contact = {
  name: 'Contact',
  keyPrefix: '003',
  fields: {
    AccountId: { type: 'reference', to: 'Account', relationship: 'Account', children: 'Contacts', onDelete: 'cascade' },
    Salutation: { type: 'picklist', values: ['Mr.', 'Ms.', 'Dr.'] },
    FirstName: { type: 'string', length: 40 },
    LastName: { type: 'string', length: 80, required: true },
    Name: {
      type: 'string',
      formula: ({ FirstName, LastName }) => [FirstName, LastName].filter((part) => part).join(' '),
    },
    Phone: { type: 'phone', length: 40 },
    MobilePhone: { type: 'phone', length: 40 },
    Email: { type: 'email', length: 80 },
    Title: { type: 'string', length: 128 },
    Department: { type: 'string', length: 80 },
    Birthdate: { type: 'date' },
    MailingCity: { type: 'string', length: 40 },
    ReportsToId: { type: 'reference', to: 'Contact', relationship: 'ReportsTo' },
    HasOptedOutOfEmail: { type: 'boolean', label: 'Email Opt Out' },
    Description: longText,
    OwnerId: owner,
  },
};

/** @type {ObjectDefinition} */
const Opportunity = {
  name: 'Opportunity',
  labelPlural: 'Opportunities',
  keyPrefix: '006',
  fields: {
    AccountId: {
      type: 'reference',
      to: 'Account',
      relationship: 'Account',
      children: 'Opportunities',
      onDelete: 'cascade',
    },
    Name: { type: 'string', length: 120, required: true },
    Description: longText,
    StageName: { type: 'picklist', label: 'Stage', required: true, restricted: true, values: STAGES },
    Amount: money,
    Probability: { type: 'percent', precision: 3 },
    CloseDate: { type: 'date', required: true },
    NextStep: { type: 'string' },
    IsClosed: { type: 'boolean', formula: ({ StageName }) => String(StageName).startsWith('Closed') },
    IsWon: { type: 'boolean', formula: ({ StageName }) => StageName === 'Closed Won' },
    OwnerId: owner,
  },
};

/** @type {ObjectDefinition} */
const Visit = {
  name: 'Visit__c',
  keyPrefix: 'a00',
  fields: {
    Name: { type: 'string', label: 'Visit Number', autoNumber: 'V-{0000}' },
    Account__c: {
      type: 'reference',
      to: 'Account',
      relationship: 'Account__r',
      children: 'Visits__r',
      onDelete: 'cascade',
      required: true,
    },
    Contact__c: { type: 'reference', to: 'Contact', relationship: 'Contact__r', children: 'Visits__r' },
    Code__c: { type: 'string', length: 40, externalId: true, unique: true },
    Legacy__c: { type: 'string', length: 40, externalId: true },
    Number__c: { type: 'double', externalId: true, unique: true },
    Start__c: { type: 'datetime' },
    Day__c: { type: 'date' },
    Opens__c: { type: 'time' },
    Score__c: { type: 'double', scale: 2, precision: 6 },
    Done__c: { type: 'boolean' },
    Kind__c: { type: 'picklist', restricted: true, values: ['First', 'Follow-up', 'Audit'] },
    Topics__c: { type: 'multipicklist', restricted: true, values: ['Price', 'Quality', 'Delivery'] },
    Notes__c: longText,
  },
};

/** @type {ObjectDefinition} */
const Finding = {
  name: 'Finding__c',
  keyPrefix: 'a01',
  fields: {
    Name: { type: 'string', length: 80, required: true },
    Visit__c: {
      type: 'reference',
      to: 'Visit__c',
      relationship: 'Visit__r',
      children: 'Findings__r',
      onDelete: 'cascade',
      required: true,
      updateable: false,
    },
    Weight__c: { type: 'double', scale: 1 },
  },
};

export const OBJECTS = [User, Account, Contact, Opportunity, Visit, Finding];
