use super::*;

fn table() -> Table {
    let columns = [
        ("id", "id", ColumnType::String),
        ("Text", "text", ColumnType::Text),
        ("count", "count", ColumnType::Integer),
        ("due", "due", ColumnType::Date),
        ("version", "version", ColumnType::String),
        ("updatedAt", "updatedAt", ColumnType::Date),
        ("tags", "tags", ColumnType::Object),
    ];
    let columns =
        columns.map(|(name, key, column_type)| TableColumn { name: name.to_owned(), key: key.to_owned(), column_type });
    Table { name: "TodoItem".to_owned(), soup: "todoitem".to_owned(), columns: columns.to_vec() }
}

fn merge(local: Option<&str>, record: &str) -> Result<String, Error> {
    table().merge(local, &Record::parse(record).unwrap(), Source::App)
}

#[test]
fn a_new_record_has_the_properties_it_was_given() {
    let entry = merge(None, r#"{"ID":"a","TEXT":5,"unknown":1,"count":{"\u0000":"undefined"}}"#).unwrap();
    assert_eq!(entry, r#"{"id":"a","text":"5","count":null}"#);
}

#[test]
fn a_known_record_keeps_what_it_was_not_given() {
    let local = r#"{"id":"a","text":"x","count":5,"_soupEntryId":7}"#;
    let entry = merge(Some(local), r#"{"id":"a","Count":null,"due":{"\u0000":"date","v":0}}"#).unwrap();
    assert_eq!(entry, r#"{"id":"a","text":"x","count":null,"_soupEntryId":7,"due":"1970-01-01T00:00:00.0000000Z"}"#);
}

#[test]
fn an_entry_of_other_hands_is_changed_where_it_stands() {
    let entry = merge(Some(r#"{"ID":"a","TEXT":"x"}"#), r#"{"id":"a","text":"y"}"#).unwrap();
    assert_eq!(entry, r#"{"ID":"a","TEXT":"y"}"#);
    assert_eq!(table().row(&entry, &[]).unwrap().get(..21), Some(r#"{"id":"a","Text":"y","#));
}

#[test]
fn a_date_written_back_loses_no_digits() {
    let local = r#"{"id":"a","due":"2024-05-06T07:08:09.1234567Z"}"#;
    let milliseconds = Instant::parse("2024-05-06T07:08:09.123Z").unwrap().milliseconds();
    let record = |milliseconds: i64| format!(r#"{{"due":{{"\u0000":"date","v":{milliseconds}}}}}"#);
    assert_eq!(merge(Some(local), &record(milliseconds)).unwrap(), local);
    let other = r#"{"id":"a","due":"2024-05-06T07:08:09.1240000Z"}"#;
    assert_eq!(merge(Some(local), &record(milliseconds + 1)).unwrap(), other);
}

#[test]
fn a_servers_record_says_times_as_text() {
    let row = r#"{"id":"a","updatedAt":"2024-05-06T07:08:09.12395Z","text":"2024-05-06T07:08:09Z","deleted":false}"#;
    let entry = table().merge(None, &Record::plain(row).unwrap(), Source::Server).unwrap();
    assert_eq!(entry, r#"{"id":"a","updatedAt":"2024-05-06T07:08:09.1239500Z","text":"2024-05-06T07:08:09Z"}"#);
}

#[test]
fn what_does_not_fit_is_refused_in_the_words_of_the_original() {
    let refused = merge(None, r#"{"id":"a","count":1.5,"due":{"\u0000":"undefined"}}"#).unwrap_err();
    assert_eq!(
        refused.to_string(),
        concat!(
            r#"Failed to serialize value {"id":"a","count":1.5}. Column definitions: {"id":"string","Text":"text","#,
            r#""count":"integer","due":"date","version":"string","updatedAt":"date","tags":"object"}: "#,
            "Converting value 1.5 of type number to type integer is not supported.",
        )
    );
}

#[test]
fn rows_have_all_columns_under_the_names_of_the_definition() {
    let entry = r#"{"id":"a","text":"x","due":"2024-05-06T07:08:09.1234567Z","tags":{"a":[1]},"_soupEntryId":7}"#;
    assert_eq!(
        table().row(entry, &[]).unwrap(),
        r#"{"id":"a","Text":"x","count":null,"due":"2024-05-06T07:08:09.1234567Z","version":null,"updatedAt":null,"tags":{"a":[1]}}"#
    );
    let table = table();
    let wanted = [table.column("TEXT").unwrap(), table.column("id").unwrap()];
    assert_eq!(table.row(entry, &wanted).unwrap(), r#"{"Text":"x","id":"a"}"#);
}

#[test]
fn a_stored_value_of_another_type_is_named() {
    let refused = table().row(r#"{"id":"a","count":"x"}"#, &[]).unwrap_err();
    assert!(
        refused.to_string().starts_with(r#"Failed to deserialize value {"id":"a","count":"x"}. Column definitions: {"#)
    );
    assert!(
        refused.to_string().ends_with(r#": Converting value "x" of type string to type integer is not supported."#)
    );
    assert!(table().row(r#"{"id":"a","due":"soon"}"#, &[]).is_err());
}

#[test]
fn a_server_is_sent_all_but_what_it_keeps_itself() {
    let entry = r#"{"id":"a","text":"x","due":"2024-05-06T07:08:09.1230000Z","version":"MQ==","updatedAt":null}"#;
    assert_eq!(
        table().outgoing(entry).unwrap(),
        r#"{"id":"a","Text":"x","count":null,"due":"2024-05-06T07:08:09.123Z","tags":null}"#
    );
}

#[test]
fn ids_and_versions_are_found_in_entries_and_records() {
    let entry = r#"{"id":"a","version":"MQ=="}"#;
    assert_eq!(table().version_of(entry).as_deref(), Some("MQ=="));
    assert_eq!(table().key_of(entry).as_deref(), Some("a"));
    assert_eq!(table().version_of(r#"{"id":"a"}"#), None);
    let record = Record::parse(r#"{"Id":"a"}"#).unwrap();
    assert_eq!(table().id_of("instance.id", &record).unwrap().key(), "a");
    let none = table().id_of("instance.id", &Record::parse("{}").unwrap()).unwrap_err();
    assert_eq!(none.to_string(), "instance.id \"undefined\" is not valid.");
}

#[test]
fn columns_are_found_in_any_case() {
    assert_eq!(table().column("tExT").unwrap().key, "text");
    assert_eq!(table().date_columns(), ["due", "updatedAt"]);
    let missing = table().column("nope").unwrap_err().to_string();
    assert_eq!(missing, "no such column: nope in table \"TodoItem\"; add it to the table's columnDefinitions");
}
