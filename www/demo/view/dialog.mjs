// A modal dialog as a question: it resolves to the pressed button's value, or to nothing when it is dismissed.

/**
 * @param {HTMLDialogElement} dialog whose buttons have values
 * @returns {Promise<string | undefined>}
 */
export function ask(dialog) {
  const before = document.activeElement;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    /** @param {MouseEvent} event */
    const press = ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      if (button?.value) dialog.close(button.value);
    };
    dialog.addEventListener('click', press);
    dialog.addEventListener('close', () => {
      dialog.removeEventListener('click', press);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(dialog.returnValue || undefined);
    }, { once: true });
  });
}
