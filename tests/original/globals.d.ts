/** What the script of the original's tests sets. */
declare var originalSuite: {
  /** The backend's address. */
  backend: string;
  run(): Promise<import('./suite.mjs').Report>;
};
/** Of the original's framework. */
declare var $chain: (...steps: ((before: unknown) => unknown)[]) => Promise<void>;
declare module 'qunitjs';
declare module 'original:tests';
