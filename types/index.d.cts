// The same for `require`.

declare const tureen: typeof import('./index.js', { with: { 'resolution-mode': 'import' } });
export = tureen;
