// How the build takes a module apart: on a small one, made by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import binaryen from 'binaryen';
import { split } from '../../scripts/build/split.mjs';

const parts = [
  { name: 'azure', owns: /tureen::remote::azure/, exports: /azure/ },
  { name: 'other', owns: /tureen::remote::other/, exports: /other/ },
];

const whole = `(module
 (type $0 (func (param i32) (result i32)))
 (import "js" "log" (func $log (param i32)))
 (global $stack (mut i32) (i32.const 64))
 (memory $0 1)
 (data $.rodata (i32.const 8) "\\07")
 (table $0 4 4 funcref)
 (elem $0 (i32.const 1) func $double $"tureen[0a]::remote::azure::poll" $"tureen[0a]::remote::other::poll")
 (export "memory" (memory $0))
 (export "run" (func $run))
 (export "azure_run" (func $azure_run))
 (export "other_run" (func $other_run))
 (func $double (param $0 i32) (result i32)
  (i32.mul (local.get $0) (i32.const 2))
 )
 (func $run (param $0 i32) (param $1 i32) (result i32)
  (call_indirect (type $0) (local.get $0) (local.get $1))
 )
 (func $"tureen[0a]::remote::azure::poll" (param $0 i32) (result i32)
  (i32.add (call $only) (call $both (local.get $0)))
 )
 (func $"tureen[0a]::remote::other::poll" (param $0 i32) (result i32)
  (call $both (i32.const 100))
 )
 (func $only (result i32)
  (global.set $stack (i32.add (global.get $stack) (i32.const 1)))
  (call $log (global.get $stack))
  (i32.load (i32.const 8))
 )
 (func $both (param $0 i32) (result i32)
  (i32.add (local.get $0) (i32.const 1))
 )
 (func $azure_run (param $0 i32) (result i32)
  (call $"tureen[0a]::remote::azure::poll" (local.get $0))
 )
 (func $other_run (result i32)
  (call $"tureen[0a]::remote::other::poll" (i32.const 0))
 )
)
`;

const texts = split(whole, parts);

/** @param {string} name */
const compiled = (name) => {
  const module = binaryen.parseText(texts.get(name) ?? '');
  module.setFeatures(binaryen.Features.MutableGlobals | binaryen.Features.ReferenceTypes);
  return new WebAssembly.Module(/** @type {any} */ (module.emitBinary()));
};

test('a part has what it owns and what only it calls; what two share stays in the core', () => {
  const has = (/** @type {string} */ name) =>
    [...(texts.get(name) ?? '').matchAll(/^ \(func (\$"[^"]*"|\$\w+)/gm)].map(([, found]) => found);
  assert.deepEqual(has('core'), ['$double', '$run', '$both']);
  assert.deepEqual(has('azure'), ['$"tureen[0a]::remote::azure::poll"', '$only', '$azure_run']);
  assert.deepEqual(has('other'), ['$"tureen[0a]::remote::other::poll"', '$other_run']);
});

test('the core works without its parts, and they work in it, by export and by table', () => {
  /** @type {number[]} */
  const logged = [];
  const log = (/** @type {number} */ value) => logged.push(value);
  const core = new WebAssembly.Instance(compiled('core'), { js: { log } });
  const { run, azure_run: azureRun, other_run: otherRun } = /** @type {Record<string, Function>} */ (core.exports);
  assert.equal(run(21, 1), 42);
  for (const missing of [() => azureRun(1), () => run(1, 2), () => otherRun()]) {
    assert.throws(missing, WebAssembly.RuntimeError);
  }

  new WebAssembly.Instance(compiled('azure'), { core: core.exports });
  assert.equal(azureRun(1), 9);
  assert.equal(run(1, 2), 9);
  assert.deepEqual(logged, [65, 66]);
  assert.throws(() => otherRun(), WebAssembly.RuntimeError);

  new WebAssembly.Instance(compiled('other'), { core: core.exports });
  assert.equal(otherRun(), 101);
  assert.equal(run(0, 3), 101);
});

test('what the core calls straight stays in it, whatever it is called', () => {
  const call = '(call $"tureen[0a]::remote::azure::poll" (local.get $0))';
  const called = whole.replace('(i32.mul (local.get $0) (i32.const 2))', call);
  const core = split(called, parts).get('core') ?? '';
  assert.match(core, /^ \(func \$"tureen\[0a\]::remote::azure::poll"/m);
});

test('parts of another build do not go with a core', () => {
  const other = split(whole.replace('"\\07"', '"\\08"'), parts);
  const memory = /\(import "core" "(\w{12})" \(memory/;
  const nameOf = (/** @type {Map<string, string>} */ made) => memory.exec(made.get('azure') ?? '')?.[1];
  assert.ok(nameOf(texts));
  assert.notEqual(nameOf(other), nameOf(texts));
});
