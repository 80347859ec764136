// Two devices and the org come to the same records, whatever is lost, dropped or killed on the way.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openStore } from '../../www/node.mjs';
import { Org } from '../backends/salesforce/org.mjs';
import { deleted, device, edited, made, soql } from './mobile-sync.mjs';

const SEEDS = Number(process.env.SEEDS ?? 6);
const STEPS = 40;

const UP = { mergeMode: 'OVERWRITE', fieldlist: ['Account__c', 'Code__c', 'Notes__c'] };
const TARGETS = ['SyncUpTarget', 'BatchSyncUpTarget', 'CollectionSyncUpTarget'];
const DOWN = soql('SELECT Code__c, Notes__c, Account__c FROM Visit__c WHERE Code__c != null');

/** @type {Org} */
let org;
/** @type {Awaited<ReturnType<typeof device>>[]} */
let devices;

beforeEach(async () => {
  org = await Org.start();
  org.clock.set('2024-05-06T07:08:09Z');
  devices = [await device(org, ['visits']), await device(org, ['visits'])];
});
afterEach(async () => {
  for (const each of devices) await each.close();
  await org.stop();
});

/** @param {number} seed @returns {(below: number) => number} the same numbers for the same seed */
function dice(seed) {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

for (let seed = 1; seed <= SEEDS; seed += 1) {
  test(`history ${seed}`, async () => {
    const roll = dice(seed);
    const account = org.create('Account', { Name: 'a' });
    let made_ = 0;
    const begin = async (/** @type {typeof devices[0]} */ each) =>
      (await each.down(DOWN, { mergeMode: 'LEAVE_IF_CHANGED' }, 'down', 'visits'))._soupEntryId;
    const down = await Promise.all(devices.map(begin));

    /** @param {number} n */
    const up = (n) => devices[n].up({ androidImpl: TARGETS[roll(3)], externalIdFieldName: 'Code__c' }, UP, 'visits');
    /** @param {number} n */
    const refresh = async (n) => {
      await devices[n].again(down[n]);
      await devices[n].clean(down[n]).catch(() => {});
    };
    /** @param {number} n */
    const change = async (n) => {
      const entries = await devices[n].all('visits');
      const entry = entries[roll(entries.length + 1)];
      const notes = `${seed} ${(made_ += 1)}`;
      const fields = { Account__c: account, Code__c: `code ${made_}`, Notes__c: notes };
      if (!entry) await devices[n].put([made('Visit__c', fields)], 'visits');
      else if (roll(4) === 0) await devices[n].put([deleted(entry)], 'visits');
      else await devices[n].put([edited(entry, { Notes__c: notes })], 'visits');
    };
    const there = () => {
      const all = org.all('Visit__c');
      const one = all[roll(Math.max(all.length, 1))];
      if (!one) return;
      if (roll(3) === 0) org.remove(one.Id);
      else org.update(one.Id, { Notes__c: `org ${(made_ += 1)}` });
    };
    /** @param {number} n */
    const kill = async (n) => {
      const held = org.faults.order({ on: /composite|query|sobjects/, hold: roll(2) ? 'after' : 'before' });
      const running = roll(2) ? up(n) : refresh(n);
      // It may have had nothing to ask.
      await Promise.race([held.reached, running]);
      const store = await openStore({ name: devices[n].store.storeName, isGlobalStore: true });
      await store.close();
      org.faults.clear();
      await running;
    };

    for (let step = 0; step < STEPS; step += 1) {
      org.clock.advance(1000 + roll(5) * 1000);
      const n = roll(2);
      const what = roll(10);
      if (what < 4) await change(n);
      else if (what < 5) there();
      else if (what < 6) await kill(n);
      else {
        if (roll(3) === 0) org.faults.order({ on: /composite|query|sobjects/, drop: roll(2) ? 'after' : 'before' });
        if (what < 8) await up(n);
        else await refresh(n);
        org.faults.clear();
      }
    }

    for (const n of [0, 1]) {
      org.clock.advance(2000);
      const state = await up(n);
      const said = `${state.error} ${JSON.stringify(await devices[n].all('visits'))}`;
      assert.deepEqual([state.status, state.failed], ['DONE', 0], said);
    }
    org.clock.advance(2000);
    const told = (/** @type {any} */ { Id, Code__c, Notes__c }) => `${Id} ${Code__c} ${Notes__c}`;
    const expected = org.all('Visit__c').map(told).sort();
    for (const n of [0, 1]) {
      const state = await devices[n].again(down[n]);
      assert.equal(state.status, 'DONE', state.error);
      await devices[n].clean(down[n]);
      const entries = await devices[n].all('visits');
      assert.deepEqual(entries.map(told).sort(), expected, `device ${n}`);
      assert.ok(entries.every(({ __local__ }) => !__local__));
    }
    const codes = org.all('Visit__c').map(({ Code__c }) => Code__c);
    assert.equal(new Set(codes).size, codes.length, 'no record is there twice');
  });
}
