// What the walk-through leaves to the app: where the module works, showing the list, and an error.
if (location.search === '?worker') {
  Tureen.ready({ worker: true }).then((/** @type {{ worker: boolean, reason?: string }} */ { worker, reason }) => {
    if (!worker) handleError(new Error(reason));
  });
}

/** @param {{ text: string }[]} items */
function createTodoItemList(items) {
  const list = document.getElementById('list');
  list?.replaceChildren(
    ...items.map(({ text }) => Object.assign(document.createElement('li'), { textContent: text })),
  );
  if (list) list.dataset.shown = String(Number(list.dataset.shown ?? 0) + 1);
}

/** @param {Error} error */
function handleError(error) {
  const place = document.getElementById('error');
  if (place) place.textContent = error.message;
}
