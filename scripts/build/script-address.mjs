// Injected into classic bundles: a classic script knows its own address only while it runs for the first time.
const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

export const scriptAddress = script?.src || document.baseURI;
