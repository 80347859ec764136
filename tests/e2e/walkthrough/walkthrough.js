client = new WindowsAzure.MobileServiceClient('https://yoursite.azurewebsites.net');
store = new WindowsAzure.MobileServiceSqliteStore();
store.defineTable({ name: 'todoitem', columnDefinitions: {
    id: 'string', deleted: 'boolean', version: 'string', text: 'string', complete: 'boolean' } })
.then(function () {
    syncContext = client.getSyncContext();
    syncContext.pushHandler = {
        onConflict: function (serverRecord, clientRecord, pushError) { window.alert('TODO: onConflict'); },
        onError: function (pushError) { window.alert('TODO: onError'); } };
    return syncContext.initialize(store);
}).then(function () {
    todoItemTable = client.getSyncTable('todoitem');
    refreshData();
});
function refreshData() {
    syncContext.push().then(function () {
        return syncContext.pull(new WindowsAzure.Query('todoitem'));
    }).then(function () {
        todoItemTable.where({ complete: false }).read().then(createTodoItemList, handleError);
    });
}
