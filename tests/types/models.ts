// The model objects for TypeScript: what types/ says of them holds for the implementation, both ways, and an app that
// is right compiles. Checked by `tsc`; there is nothing to run.
import type * as declared from '../../types/models.js';
import type { makeForce } from '../../www/models/force.mjs';
import type * as implemented from '../../www/models/index.mjs';
import type { StoreCache } from '../../www/models/store-cache.mjs';

type Unsaid<A, B> = Exclude<keyof A, keyof B | symbol>;
type None<Names extends never> = Names;
export type Complete = [
  None<Unsaid<typeof implemented, typeof declared>>,
  None<Unsaid<typeof declared, typeof implemented>>,
  None<Unsaid<StoreCache, declared.StoreCache>>,
  None<Unsaid<ReturnType<typeof makeForce>, declared.Force>>,
  None<Unsaid<declared.Force, ReturnType<typeof makeForce>>>,
];
declare const store: StoreCache;
export const asDeclared: declared.StoreCache = store;

declare const { force, forceOn }: typeof declared;
declare const Backbone: unknown;

export async function app(): Promise<void> {
  const Force = forceOn(Backbone);
  force.init({ instanceURL: 'https://site.example', accessToken: 'x', refresh: async () => 'y' });
  const cache = new Force.StoreCache('contacts', [{ path: 'Name', type: 'string' }]);
  await cache.init();
  const Contact = Force.SObject.extend({ sobjectType: 'Contact', cache, cacheMode: Force.CACHE_MODE.CACHE_FIRST });
  await new Contact({ Id: '003' }).fetch();
  (await force.query('SELECT Id FROM Contact')).totalSize;
  (await Force.fetchSObjects({ type: 'soql', query: 'SELECT Id FROM Contact' }, cache)).hasMore();
  await Force.syncSObject('read', 'Contact', '003', null, ['Name'], cache, 'cache-only');
  const error = new Force.Error(await force.query('nonsense').catch((reason) => reason));
  if (error.type === 'ConflictError') error.conflictingChanges.join();
  else error.details[0].message.trim();
  // @ts-expect-error no mode
  await Force.syncSObject('read', 'Contact', '003', null, ['Name'], cache, 'sometimes');
  // @ts-expect-error the token is needed
  force.init({ instanceURL: 'https://site.example' });
  // @ts-expect-error no method
  await Force.syncSObjectWithServer('merge', 'Contact', '003');
}
