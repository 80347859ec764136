// `WindowsAzure`: what the Azure Mobile Apps SDK sets.

import { showRefusals } from '../core.mjs';
import { refusal } from './backend.mjs';

export { MobileServiceClient } from './client.mjs';
export { Query } from './query.mjs';
export { MobileServiceSqliteStore } from './store.mjs';

showRefusals(refusal);
