// Work that is worth doing once more when it is asked for again meanwhile, but not twice at once.

/**
 * @template T
 * @param {() => Promise<T>} job
 * @returns {() => Promise<T>} promises a run that begins after the call; several calls may share it
 */
export function inTurn(job) {
  /** @type {Promise<T> | undefined} */
  let running;
  /** @type {Promise<T> | undefined} */
  let next;

  const begin = () => {
    running = job().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (!running) return begin();
    next ??= running.then(ignore, ignore).then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
}

const ignore = () => {};
