// The id of this copy of the app, kept where the Azure SDK keeps it.

const SETTING = 'MobileServices.Installation.config';

/** @type {string | undefined} */
let known;

/** @returns {string} */
export function installationId() {
  known ??= stored() ?? keep(crypto.randomUUID?.() ?? fromRandomBytes());
  return known;
}

/** @returns {string | undefined} */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(SETTING) ?? '{}').applicationInstallationId || undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} id */
function keep(id) {
  try {
    localStorage.setItem(SETTING, JSON.stringify({ applicationInstallationId: id }));
  } catch {
    // Without storage, in node for example, the id lives as long as the page.
  }
  return id;
}

/** For pages that are no secure context, where there is no `randomUUID`. */
function fromRandomBytes() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
