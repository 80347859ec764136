// What the walk-through leaves to the app: showing the list, and an error.
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
