// What passes between a page and its worker, the same at both ends: calls and their answers, as messages.
//
// Values cross as structured clones. What has to stay where it is crosses as a number, by which the other end may call it
// or name it: functions, errors, and objects of the module. An AbortSignal crosses as one that follows it.

import { tell, toldOf } from './errors.mjs';

/** @typedef {Record<string, any>} Message */

/**
 * What the two ends do each in its own way.
 * @typedef {object} End
 * @property {(message: Message, transfer: Transferable[]) => void} post
 * @property {<T>(job: () => T | PromiseLike<T>) => PromiseLike<T>} run runs what the other end has asked for
 * @property {(object: any, n: number) => object} [show] what is told of an object of the module
 * @property {(n: number, told: any) => object} [stand] makes what stands for one
 * @property {(signal: AbortSignal) => { probe: any, end: () => void }} [shown] what shows the other end at any time
 *   whether a signal is aborted
 * @property {(signal: AbortSignal, probe: any) => void} [look] has a signal say what that shows
 * @property {(n: number) => void} [dropped] the other end needs an object of this one no more
 * @property {(n: number) => void} [left] nothing stands here any more for what the other end has
 */

/** Marks what crosses as something else. */
const IS = 'tureen:is';

/** An object that could not be made: whoever uses it is told why. */
class Failed {
  /** @param {unknown} why */
  constructor(why) {
    this.why = why;
  }
}

export class Wire {
  #end;
  #last = 0;
  /** Why nobody answers any more. @type {Error | undefined} */
  #fault;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: any) => void, done: () => void }>} */
  #waiting = new Map();
  /** What the other end has by number. @type {Map<number, any>} */
  #mine = new Map();
  /** What stands here for the other end's. @type {WeakMap<object, number>} */
  #theirs = new WeakMap();
  /** @type {Map<number, AbortController>} */
  #signals = new Map();
  /** @type {FinalizationRegistry<number>} */
  #left = new FinalizationRegistry((n) => {
    this.#end.left?.(n);
    this.#post({ drop: n });
  });

  /**
   * @param {End} end
   * @param {object} [root] what the other end has as number 0
   */
  constructor(end, root) {
    this.#end = end;
    if (root) this.#mine.set(0, root);
  }

  /**
   * Calls what the other end has.
   * @param {number} on
   * @param {string} name of its method; of the function itself: none
   * @param {any[]} given
   * @returns {Promise<any>}
   */
  ask(on, name, given) {
    return new Promise((resolve, reject) => {
      if (this.#fault) throw this.#fault;
      const id = this.#next();
      const { value, transfer, done } = this.#packed(given);
      this.#waiting.set(id, { resolve, reject, done });
      this.#post({ id, on, name, given: value }, transfer);
    });
  }

  /**
   * Has the other end make an object; what goes wrong there is told by the calls on it.
   * @param {number} on
   * @param {string} name of a class, or of a call that gives an object at once
   * @param {any[]} given
   * @returns {number} by which it may be called
   */
  make(on, name, given) {
    // Below zero, where the other end gives no numbers.
    const n = -this.#next();
    this.#post({ make: n, on, name, given: this.#packed(given).value });
    return n;
  }

  /** @param {number} on @param {string} name of a property @param {unknown} value */
  set(on, name, value) {
    this.#post({ set: name, on, value });
  }

  /**
   * Notes what stands here for an object of the other end.
   * @template {object} T
   * @param {T} standIn
   * @param {number} n
   */
  standing(standIn, n) {
    this.#theirs.set(standIn, n);
    this.#left.register(standIn, n);
    return standIn;
  }

  /** @param {Error} fault why nobody will answer any more */
  giveUp(fault) {
    this.#fault ??= fault;
    for (const { reject } of this.#waiting.values()) reject(this.#fault);
    this.#waiting.clear();
  }

  /** Hears what the other end says. @param {Message} message */
  hear(message) {
    const { id, answered, make, set, drop, abort } = message;
    if (id !== undefined) this.#answer(message);
    else if (answered !== undefined) this.#hearAnswer(message);
    else if (make !== undefined) this.#make(message);
    else if (set !== undefined) this.#mine.get(message.on)[set] = message.value;
    else if (abort !== undefined) this.#signals.get(abort)?.abort();
    else if (drop !== undefined) this.#drop(drop);
  }

  /** @param {any} value for a message of the end's own @returns {any} as it crosses */
  pack(value) {
    return this.#packed(value).value;
  }

  /** @param {any} packed @returns {any} */
  unpack(packed) {
    return this.#unpacked(packed, []);
  }

  #next() {
    return (this.#last += 1);
  }

  /** @param {Message} message @param {Transferable[]} [transfer] */
  #post(message, transfer = []) {
    this.#end.post(message, transfer);
  }

  /** @param {number} n */
  #drop(n) {
    this.#mine.delete(n);
    this.#end.dropped?.(n);
  }

  /** @param {Message} asked */
  #answer({ id, on, name, given }) {
    /** @type {number[]} */
    const signals = [];
    const done = () => {
      for (const n of signals) this.#signals.delete(n);
    };
    this.#end
      .run(() => called(this.#held(on), name, this.#unpacked(given, signals)))
      .then((result) => {
        const { value, transfer } = this.#packed(result);
        this.#post({ answered: id, value }, transfer);
      })
      .then(done, (error) => {
        done();
        this.#post({ answered: id, error: this.pack(error) });
      });
  }

  /** @param {Message} answer */
  #hearAnswer({ answered, value, ...failed }) {
    const waiting = this.#waiting.get(answered);
    this.#waiting.delete(answered);
    waiting?.done();
    if ('error' in failed) waiting?.reject(this.unpack(failed.error));
    else waiting?.resolve(this.unpack(value));
  }

  /** @param {Message} asked */
  #make({ make: n, on, name, given }) {
    const made = this.#end.run(() => {
      this.#mine.set(n, called(this.#held(on), name, this.unpack(given)));
    });
    made.then(undefined, (error) => this.#mine.set(n, new Failed(error)));
  }

  /** @param {number} n */
  #held(n) {
    const held = this.#mine.get(n);
    if (held instanceof Failed) throw held.why;
    return held;
  }

  /** @param {any} value */
  #keep(value) {
    const n = this.#next();
    this.#mine.set(n, value);
    return n;
  }

  /** @param {any} value */
  #packed(value) {
    /** @type {Transferable[]} */
    const transfer = [];
    /** @type {(() => void)[]} */
    const ends = [];
    const pack = (/** @type {any} */ each) => this.#pack(each, pack, transfer, ends);
    return { value: pack(value), transfer, done: () => ends.forEach((end) => end()) };
  }

  /**
   * @param {any} value
   * @param {(value: any) => any} pack
   * @param {Transferable[]} transfer
   * @param {(() => void)[]} ends
   * @returns {any}
   */
  #pack(value, pack, transfer, ends) {
    if (typeof value === 'function') return { [IS]: 'function', n: this.#keep(value) };
    if (typeof value !== 'object' || value === null || value instanceof WebAssembly.Module) return value;
    const theirs = this.#theirs.get(value);
    if (theirs !== undefined) return { [IS]: 'yours', n: theirs };
    if (value instanceof AbortSignal) return this.#follow(value, ends);
    if (value instanceof Error) return { [IS]: 'error', n: this.#keep(value), told: tell(value, pack) };
    if (Array.isArray(value)) return value.map(pack);
    if (isPlain(value)) return mapped(value, pack);
    if (ArrayBuffer.isView(value)) {
      // What the module gives is a copy of its own. What an app gives is the app's.
      if (this.#end.show) transfer.push(/** @type {ArrayBuffer} */ (value.buffer));
      return value;
    }
    const n = this.#keep(value);
    return { [IS]: 'object', n, told: mapped(this.#end.show?.(value, n) ?? {}, pack) };
  }

  /** @param {AbortSignal} signal @param {(() => void)[]} ends */
  #follow(signal, ends) {
    const n = this.#next();
    const abort = () => this.#post({ abort: n });
    signal.addEventListener('abort', abort);
    const { probe, end } = this.#end.shown?.(signal) ?? {};
    ends.push(() => {
      signal.removeEventListener('abort', abort);
      end?.();
    });
    return { [IS]: 'signal', n, aborted: signal.aborted, probe };
  }

  /**
   * @param {any} packed
   * @param {number[]} signals gets the numbers of those that are in it
   * @returns {any}
   */
  #unpacked(packed, signals) {
    if (typeof packed !== 'object' || packed === null || isWhole(packed)) return packed;
    const unpack = (/** @type {any} */ each) => this.#unpacked(each, signals);
    if (Array.isArray(packed)) return packed.map(unpack);
    const { n, told } = packed;
    switch (packed[IS]) {
      case 'yours':
        return this.#held(n);
      case 'function':
        return this.standing(this.#caller(n), n);
      case 'error':
        return this.standing(toldOf(told, unpack), n);
      case 'object':
        return this.standing(this.#end.stand?.(n, mapped(told, unpack)) ?? {}, n);
      case 'signal':
        signals.push(n);
        return this.#follower(packed);
      default:
        return mapped(packed, unpack);
    }
  }

  /** @param {number} n of a function */
  #caller(n) {
    return (/** @type {any[]} */ ...given) => {
      const answer = this.ask(n, '', given);
      // Who calls it may not want to know.
      answer.catch(() => {});
      return answer;
    };
  }

  /** @param {{ n: number, aborted: boolean, probe?: any }} told */
  #follower({ n, aborted, probe }) {
    const controller = new AbortController();
    if (aborted) controller.abort();
    if (probe) this.#end.look?.(controller.signal, probe);
    this.#signals.set(n, controller);
    return controller.signal;
  }
}

/**
 * @param {any} target
 * @param {string} name of a method, a class (`AzureStore`), or a class's own method (`AzureStore.away`)
 * @param {any[]} given
 */
function called(target, name, given) {
  if (name === '') return target(...given);
  const path = name.split('.');
  const last = /** @type {string} */ (path.pop());
  const holder = path.reduce((object, part) => object[part], target);
  return /^[A-Z]/.test(last) ? new holder[last](...given) : holder[last](...given);
}

/** @param {object} value one that crosses as it is, with all that is in it */
const isWhole = (value) => ArrayBuffer.isView(value) || value instanceof WebAssembly.Module;

/** @param {object} value */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** @param {object} object @param {(value: any) => any} each */
const mapped = (object, each) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, each(value)]));
