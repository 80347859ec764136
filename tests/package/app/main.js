// An app that bundlers bundle: all of Tureen, and the model objects, for tests to call.
import * as Tureen from 'cordova-plugin-tureen';
import * as models from 'cordova-plugin-tureen/models';

Object.assign(globalThis, { Tureen, models });
