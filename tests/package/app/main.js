// An app that bundlers bundle: all of Tureen, for tests to call.
import * as Tureen from 'cordova-plugin-tureen';

Object.assign(globalThis, { Tureen });
