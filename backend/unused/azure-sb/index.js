'use strict';
// Push notifications need Azure's notification hubs, which a backend on 127.0.0.1 does not have.
exports.NotificationHubService = class NotificationHubService {};
