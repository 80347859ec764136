// What types/ says of the package holds for the implementation, both ways. Checked by `tsc`; there is nothing to run.
import type * as declared from '../../types/index.js';
import type { MobileServiceClient, MobileServiceSqliteStore, Query } from '../../types/windows-azure.js';
import type * as implemented from '../../www/index.mjs';
import type { PushError } from '../../www/windows-azure/push-error.mjs';

type Face = typeof implemented;
type Declared = typeof declared;

// What is there can be used as it is said.
declare const face: Face;
export const asDeclared: Declared = face;

// What is there is said. Of a class the implementation's own members are left out.
type Unsaid<A, B, Own extends string = never> = Exclude<keyof A, keyof B | Own | symbol>;
type None<Names extends never> = Names;

type Client = InstanceType<Face['WindowsAzure']['MobileServiceClient']>;
type StoreOf = InstanceType<Face['WindowsAzure']['MobileServiceSqliteStore']>;
type Table = ReturnType<Client['getTable']>;
type SyncTable = ReturnType<Client['getSyncTable']>;
type Context = ReturnType<Client['getSyncContext']>;

export type Complete = [
  None<Unsaid<Face, Declared>>,
  None<Unsaid<Face['WindowsAzure'], Declared['WindowsAzure']>>,
  None<Unsaid<Client, MobileServiceClient>>,
  None<Unsaid<Client['push'], MobileServiceClient['push']>>,
  None<Unsaid<Table, ReturnType<MobileServiceClient['getTable']>>>,
  None<Unsaid<SyncTable, ReturnType<MobileServiceClient['getSyncTable']>>>,
  None<Unsaid<Context, ReturnType<MobileServiceClient['getSyncContext']>>>,
  // The sync context's way into the store.
  None<Unsaid<StoreOf, MobileServiceSqliteStore, 'inside'>>,
  None<Unsaid<InstanceType<Face['WindowsAzure']['Query']>, Query>>,
  None<Unsaid<PushError, import('../../types/windows-azure.js').PushError>>,
  None<Unsaid<Face['smartstore'], Declared['smartstore']>>,
  None<Unsaid<Face['smartstoreClient'], Declared['smartstoreClient']>>,
  None<Unsaid<Face['mobilesync'], Declared['mobilesync']>>,
  None<Unsaid<Face['mobilesyncClient'], Declared['mobilesyncClient']>>,
  None<Unsaid<InstanceType<Face['Store']>, InstanceType<Declared['Store']>>>,
];
