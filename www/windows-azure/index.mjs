// `WindowsAzure`: what the Azure Mobile Apps SDK sets, and a filter that logs.

import { showRefusals } from '../core.mjs';
import { refusal } from './backend.mjs';

export { MobileServiceClient } from './client.mjs';
export { logRequests } from './log-requests.mjs';
export { Query } from './query.mjs';
export { MobileServiceSqliteStore } from './store.mjs';

showRefusals(refusal);
