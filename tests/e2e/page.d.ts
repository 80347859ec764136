// The globals of the page that the tests drive, as the classic script and todo-app.js set them.
declare var WindowsAzure: any;
declare var Tureen: any;
declare var app: any;
declare function startModule(): Promise<void>;
declare function startApp(url: string, database?: string): Promise<void>;
/** Of the walk-through. */
declare var todoItemTable: any;
declare function refreshData(): void;
interface Window {
  /** What a test has begun and left running. */
  job: Promise<void>;
  /** Of the test of tabs: writes to a store, and gives what the tab has told the others by then. */
  write(): Promise<unknown[]>;
  /** Called when the tab tells them something. */
  heard?: () => void;
}
interface Navigator {
  smartstore: any;
  smartstoreClient: any;
}
/** Of Cordova, or of what plays it. */
declare var cordova: any;
/** Of the contact manager. */
declare var contacts: any;
/** Of the apps with model objects. */
declare var models: any;
declare var Force: any;
declare var force: any;
