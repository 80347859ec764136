// How a worker that is busy learns that a signal has been aborted: no message reaches it then, so it has to look. It looks
// into memory that both share, where the page may have such; else it asks for a blob's address, which the page revokes.

/** @typedef {{ shared: Int32Array } | { url: string, lasting: string }} Probe what is looked at */

/** How long a look by request is good for, in milliseconds. */
const GOOD_FOR = 20;

/** An address that is never revoked: who cannot ask for it cannot ask for any. @type {string | undefined} */
let lasting;

const address = () => URL.createObjectURL(new Blob(['']));

/**
 * What shows a worker whether `signal` is aborted.
 * @param {AbortSignal} signal
 * @returns {{ probe: Probe, end: () => void }} `end`: nobody looks any more
 */
export function shown(signal) {
  const shares = globalThis.crossOriginIsolated && typeof SharedArrayBuffer === 'function';
  const { probe, abort } = shares ? inMemory() : byAddress();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  return {
    probe,
    end() {
      signal.removeEventListener('abort', abort);
      if ('url' in probe) URL.revokeObjectURL(probe.url);
    },
  };
}

function inMemory() {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  return { probe: { shared }, abort: () => void Atomics.store(shared, 0, 1) };
}

function byAddress() {
  const url = address();
  lasting ??= address();
  return { probe: { url, lasting }, abort: () => URL.revokeObjectURL(url) };
}

/**
 * Has `signal` say of itself what a look at `probe` shows, even before its event comes.
 * @param {AbortSignal} signal
 * @param {Probe} probe
 */
export function look(signal, probe) {
  let aborted = signal.aborted;
  signal.addEventListener('abort', () => (aborted = true));
  const seen = 'shared' in probe ? () => Atomics.load(probe.shared, 0) === 1 : isRevoked(probe);
  Object.defineProperty(signal, 'aborted', { get: () => (aborted ||= seen()) });
}

/** Whether this worker's policy lets it ask for blobs, as far as is known. */
let mayAsk = true;

/** @param {{ url: string, lasting: string }} probe */
function isRevoked({ url, lasting }) {
  let last = performance.now();
  return () => {
    if (!mayAsk || performance.now() - last < GOOD_FOR) return false;
    const revoked = !isThere(url);
    if (revoked) mayAsk = isThere(lasting);
    last = performance.now();
    return revoked && mayAsk;
  };
}

/** @param {string} url */
function isThere(url) {
  const request = new XMLHttpRequest();
  try {
    request.open('GET', url, false);
    request.send();
    return request.status === 200;
  } catch {
    return false;
  }
}
