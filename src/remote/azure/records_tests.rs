use crate::database::{Database, OpenOptions, Transaction};
use crate::remote::azure::{Definition, Error, Id, Query, Table, Tables, define};
use crate::soup::{IndexSpec, IndexType, Soup, registry};
use futures::executor::block_on;
use std::rc::Rc;

/// A store in which tables are defined and asked.
struct Shop {
    store: Database,
    tables: Tables,
}

impl Shop {
    fn open() -> Self {
        let store = block_on(Database::open(OpenOptions::default())).unwrap();
        let shop = Self { store, tables: Tables::default() };
        shop.write(|tx| Ok(registry::prepare(tx)?)).unwrap();
        shop
    }

    /// A shop with a table `todoitem` of these columns.
    fn with(columns: &str) -> Self {
        let shop = Self::open();
        shop.define("todoitem", columns).unwrap();
        shop
    }

    fn write<T: 'static>(&self, job: impl FnMut(&Transaction<'_>) -> Result<T, Error> + 'static) -> Result<T, Error> {
        block_on(self.store.write(job))
    }

    fn define(&self, name: &str, columns: &str) -> Result<Rc<Table>, Error> {
        let definition = Definition::parse(&format!(r#"{{"name":"{name}","columnDefinitions":{columns}}}"#))?;
        let table = self.write(move |tx| define(tx, &definition))?;
        Ok(self.tables.add(table))
    }

    fn table(&self) -> Rc<Table> {
        self.tables.get("TODOitem").unwrap()
    }

    fn upsert(&self, records: &str) -> Result<(), Error> {
        let (table, records) = (self.table(), records.to_owned());
        self.write(move |tx| table.upsert(tx, &records))
    }

    fn read(&self, query: &str) -> Result<String, Error> {
        let query = Query::parse(query)?;
        self.store.read(|connection| self.table().read(connection, &query))
    }

    fn all(&self) -> String {
        self.read(r#"{"table":"todoitem"}"#).unwrap()
    }

    /// The ids of the rows that a filter finds.
    fn found(&self, filter: &str) -> String {
        let query =
            Query { filter: Some(filter.to_owned()), selections: vec!["id".to_owned()], ..Query::of("todoitem") };
        self.store.read(|connection| self.table().read(connection, &query)).unwrap()
    }

    fn lookup(&self, id: &str) -> Result<Option<String>, Error> {
        let id = Id::parse_list(id)?.remove(0);
        self.store.read(|connection| self.table().lookup(connection, &id))
    }

    fn delete(&self, ids: &str) -> usize {
        let (table, ids) = (self.table(), Id::parse_list(ids).unwrap());
        self.write(move |tx| table.delete(tx, &ids)).unwrap()
    }

    fn delete_matching(&self, query: Query) -> usize {
        let table = self.table();
        self.write(move |tx| table.delete_matching(tx, &query)).unwrap()
    }
}

const COLUMNS: &str = r#"{"id":"string","prop1":"string","prop2":"real"}"#;

#[test]
fn a_record_is_made_and_then_changed_where_it_has_properties() {
    let shop = Shop::with(COLUMNS);
    shop.upsert(r#"{"id":"a","prop1":"x","prop2":200}"#).unwrap();
    shop.upsert(r#"[{"ID":"a","PROP2":-99999,"unknown":1},null,{"id":"b"}]"#).unwrap();
    assert_eq!(shop.all(), r#"[{"id":"a","prop1":"x","prop2":-99999},{"id":"b","prop1":null,"prop2":null}]"#);
    shop.upsert(r#"{"id":"a","prop1":{"\u0000":"undefined"}}"#).unwrap();
    assert_eq!(shop.lookup(r#""a""#).unwrap().unwrap(), r#"{"id":"a","prop1":null,"prop2":-99999}"#);
    shop.upsert("null").unwrap();
    shop.upsert("[]").unwrap();
}

#[test]
fn a_bad_record_leaves_nothing_of_its_call() {
    let shop = Shop::with(COLUMNS);
    for (records, code) in [
        (r#"[{"id":"a"},{"id":"b","prop2":"x"}]"#, "BAD_VALUE"),
        (r#"[{"id":"a"},{"prop1":"x"}]"#, "INVALID_ID"),
        (r#"[{"id":"a"},{"id":null}]"#, "INVALID_ID"),
        (r#"[{"id":"a"},5]"#, "MALFORMED_ARGUMENT"),
        ("[", "MALFORMED_ARGUMENT"),
        ("5", "MALFORMED_ARGUMENT"),
    ] {
        assert_eq!(shop.upsert(records).unwrap_err().code(), code, "{records}");
    }
    let refused = shop.upsert(r#"[{"id":"a"},{"prop1":"x"}]"#).unwrap_err();
    assert_eq!(refused.to_string(), "records[1].id \"undefined\" is not valid.");
    assert_eq!(shop.all(), "[]");
}

#[test]
fn ids_are_exact_when_written_and_deleted_and_found_in_any_case() {
    let shop = Shop::with(COLUMNS);
    shop.upsert(r#"[{"id":"ABC","prop1":"1"},{"id":"abc","prop1":"2"},{"id":"DEF"}]"#).unwrap();
    assert_eq!(shop.lookup(r#""abc""#).unwrap().unwrap(), r#"{"id":"abc","prop1":"2","prop2":null}"#);
    assert_eq!(shop.lookup(r#""Abc""#).unwrap().unwrap(), r#"{"id":"ABC","prop1":"1","prop2":null}"#);
    assert_eq!(shop.lookup(r#""def""#).unwrap().unwrap(), r#"{"id":"DEF","prop1":null,"prop2":null}"#);
    assert_eq!(shop.lookup(r#""none""#).unwrap(), None);
    assert_eq!(shop.delete(r#"["def","Abc",null]"#), 0);
    assert_eq!(shop.delete(r#"["none","abc","DEF"]"#), 2);
    assert_eq!(shop.found("true"), r#"[{"id":"ABC"}]"#);
}

#[test]
fn ids_may_be_numbers() {
    for (columns, first, second) in
        [(r#"{"id":"integer","str":"text"}"#, "101", "2"), (r#"{"id":"real","str":"text"}"#, "10.5", "2.5")]
    {
        let shop = Shop::with(columns);
        let records = format!(r#"[{{"id":{first},"str":"a"}},{{"id":{second},"str":"b"}},{{"id":{first},"str":"c"}}]"#);
        shop.upsert(&records).unwrap();
        assert_eq!(shop.lookup(first).unwrap().unwrap(), format!(r#"{{"id":{first},"str":"c"}}"#));
        assert_eq!(shop.found("id lt 9"), format!(r#"[{{"id":{second}}}]"#), "numbers are compared as such");
        assert_eq!(shop.delete(first), 1);
    }
    let shop = Shop::with(r#"{"id":"int"}"#);
    shop.upsert(r#"[{"id":10},{"id":9}]"#).unwrap();
    assert_eq!(shop.all(), r#"[{"id":9},{"id":10}]"#, "integer ids are the order of a table");
}

#[test]
fn a_query_reads_what_it_asks() {
    let shop = Shop::with(COLUMNS);
    let rows: Vec<String> = (1..=7)
        .map(|n| format!(r#"{{"id":"id{n}","prop1":"{}","prop2":{}}}"#, "abcdeff".get(n - 1..n).unwrap(), n % 3))
        .collect();
    shop.upsert(&format!("[{}]", rows.join(","))).unwrap();
    for (query, rows) in [
        (r#""filter":"(prop2 eq 1)","selections":["ID","id"]"#, r#"[{"id":"id1"},{"id":"id4"},{"id":"id7"}]"#),
        (
            r#""orderings":[{"name":"PROP1","ascending":false}],"selections":["id"],"take":3"#,
            r#"[{"id":"id6"},{"id":"id7"},{"id":"id5"}]"#,
        ),
        (r#""selections":["prop1"],"skip":5"#, r#"[{"prop1":"f"},{"prop1":"f"}]"#),
        (r#""take":0"#, "[]"),
        (
            r#""filter":"prop1 gt 'b'","selections":["id"],"skip":1,"take":1,"includeTotalCount":true"#,
            r#"{"result":[{"id":"id4"}],"count":5}"#,
        ),
    ] {
        assert_eq!(shop.read(&format!(r#"{{"table":"todoitem",{query}}}"#)).unwrap(), rows, "{query}");
    }
}

#[test]
fn null_sorts_first() {
    let shop = Shop::with(COLUMNS);
    shop.upsert(r#"[{"id":"a","prop2":1},{"id":"b"},{"id":"c","prop2":-5}]"#).unwrap();
    let ordered = |ascending| {
        let query = format!(
            r#"{{"table":"todoitem","selections":["id"],"orderings":[{{"name":"prop2","ascending":{ascending}}}]}}"#
        );
        shop.read(&query).unwrap()
    };
    assert_eq!(ordered(true), r#"[{"id":"b"},{"id":"c"},{"id":"a"}]"#);
    assert_eq!(ordered(false), r#"[{"id":"a"},{"id":"c"},{"id":"b"}]"#);
}

#[test]
fn unknown_names_are_refused() {
    let shop = Shop::with(COLUMNS);
    for query in
        [r#""filter":"nope eq 1""#, r#""selections":["nope"]"#, r#""orderings":[{"name":"nope","ascending":true}]"#]
    {
        let refused = shop.read(&format!(r#"{{"table":"todoitem",{query}}}"#)).unwrap_err();
        assert_eq!(refused.code(), "UNDEFINED_COLUMN", "{query}");
    }
    let refused = shop.tables.get("other").unwrap_err();
    assert_eq!(refused.to_string(), "Definition not found for table \"other\"");
}

#[test]
fn a_query_deletes_what_it_would_read() {
    let shop = Shop::with(COLUMNS);
    let rows = (1..=7).map(|n| format!(r#"{{"id":"id{n}","prop1":"{n}","prop2":{}}}"#, if n == 5 { 200 } else { 100 }));
    shop.upsert(&format!("[{}]", rows.collect::<Vec<_>>().join(","))).unwrap();
    let query = r#"{"table":"todoitem","filter":"(prop2 lt 150)","selections":["prop1"],"skip":2,"take":1,
        "orderings":[{"name":"prop1","ascending":false}],"includeTotalCount":true}"#;
    assert_eq!(shop.delete_matching(Query::parse(query).unwrap()), 1);
    assert!(!shop.found("true").contains("id4"));
    assert_eq!(shop.delete_matching(Query { filter: Some("false".into()), ..Query::of("todoitem") }), 0);
    assert_eq!(shop.delete_matching(Query::of("todoitem")), 6);
    assert_eq!(shop.all(), "[]");
}

#[test]
fn all_functions_work_on_the_stored_entries() {
    let shop = Shop::with(r#"{"id":"string","text":"string","due":"date","done":"bool"}"#);
    shop.upsert(
        r#"[{"id":"a","text":" Éclair ","due":{"\u0000":"date","v":1714979289123},"done":false},{"id":"b","done":5}]"#,
    )
    .unwrap();
    for (filter, ids) in [
        ("tolower(trim(text)) eq 'éclair' and year(due) eq 2024", r#"[{"id":"a"}]"#),
        ("done", r#"[{"id":"b"}]"#),
        ("text eq null", r#"[{"id":"b"}]"#),
        ("due eq datetime'2024-05-06T07:08:09.123Z'", r#"[{"id":"a"}]"#),
    ] {
        assert_eq!(shop.found(filter), ids, "{filter}");
    }
}

#[test]
fn a_definition_grows_and_forgets_nothing() {
    let shop = Shop::with(r#"{"id":"integer","flag":"integer","object":"object"}"#);
    shop.upsert(r#"{"id":101,"flag":51,"object":{"a":21}}"#).unwrap();
    shop.define("TodoItem", r#"{"iD":"integer","newColumn":"integer"}"#).unwrap();
    assert_eq!(shop.all(), r#"[{"iD":101,"flag":51,"object":{"a":21},"newColumn":null}]"#);
    shop.define("todoitem", r#"{"id":"integer","FLAG":"boolean"}"#).unwrap();
    assert_eq!(shop.all(), r#"[{"id":101,"FLAG":true,"object":{"a":21},"newColumn":null}]"#);
    shop.upsert(r#"{"id":102,"flag":false}"#).unwrap();
    assert_eq!(shop.found("flag eq false"), r#"[{"id":102}]"#);
    shop.define("todoitem", r#"{"id":"integer","object":"date"}"#).unwrap();
    let refused = shop.read(r#"{"table":"todoitem"}"#).unwrap_err();
    assert_eq!(refused.code(), "BAD_STORED_VALUE");
}

#[test]
fn what_one_start_of_the_app_defined_the_next_one_still_reads() {
    let shop = Shop::with(r#"{"id":"string","due":"date","Text":"string"}"#);
    shop.upsert(r#"{"id":"a","due":{"\u0000":"date","v":0},"text":"x"}"#).unwrap();
    let next = Shop { store: shop.store.clone(), tables: Tables::default() };
    assert!(next.tables.get("todoitem").is_err(), "tables are defined at each start");
    next.define("TODOITEM", r#"{"id":"string","TEXT":"string"}"#).unwrap();
    assert_eq!(next.all(), r#"[{"id":"a","due":"1970-01-01T00:00:00.0000000Z","TEXT":"x"}]"#);
    assert_eq!(next.table().date_columns(), ["due"]);
    assert_eq!(next.found("TeXt eq 'x'"), r#"[{"id":"a"}]"#);
}

#[test]
fn a_soup_of_the_app_becomes_a_table() {
    let shop = Shop::open();
    shop.write(|tx| {
        registry::register(tx, "TodoItem", &[IndexSpec::new("prop1", IndexType::String)])?;
        let soup = Soup::open(tx, "TodoItem")?;
        soup.put(tx, None, r#"{"id":"a","prop1":"x","_note":"kept"}"#)?;
        Ok(())
    })
    .unwrap();
    shop.define("todoitem", COLUMNS).unwrap();
    assert_eq!(shop.table().soup, "TodoItem");
    shop.upsert(r#"[{"id":"a","prop2":1},{"id":"b"}]"#).unwrap();
    assert_eq!(shop.all(), r#"[{"id":"a","prop1":"x","prop2":1},{"id":"b","prop1":null,"prop2":null}]"#);
    assert_eq!(shop.found("prop1 eq 'x'"), r#"[{"id":"a"}]"#);
    let id = Id::parse_list(r#""a""#).unwrap().remove(0);
    let entry = shop.store.read(|connection| shop.table().entry(connection, &id)).unwrap().unwrap();
    assert!(entry.json.contains(r#""_note":"kept""#), "{}", entry.json);
}

#[test]
fn a_soup_that_cannot_be_a_table_is_left_alone() {
    let shop = Shop::open();
    shop.write(|tx| {
        registry::register(tx, "todoitem", &[IndexSpec::new("prop1", IndexType::String)])?;
        let soup = Soup::open(tx, "todoitem")?;
        soup.put(tx, None, r#"{"id":"a"}"#)?;
        soup.put(tx, None, r#"{"id":"a"}"#)?;
        Ok(registry::register(tx, "other", &[IndexSpec::new("id", IndexType::Integer)])?)
    })
    .unwrap();
    assert_eq!(shop.define("todoitem", COLUMNS).unwrap_err().code(), "NOT_UNIQUE");
    assert_eq!(shop.define("other", COLUMNS).unwrap_err().code(), "BAD_DEFINITION");
    assert!(shop.tables.all().is_empty());
}

#[test]
fn names_may_be_odd() {
    let shop = Shop::with(r#"{"id":"string","a b":"string","it's":"integer","x.y":"integer","{z}":"integer"}"#);
    shop.upsert(r#"[{"id":"1","a b":"p","it's":2,"x.y":3,"{z}":4},{"id":"2"}]"#).unwrap();
    let orderings = ["a b", "it's", "x.y", "{z}"].map(|name| format!(r#"{{"name":"{name}","ascending":false}}"#));
    let query = format!(r#"{{"table":"todoitem","orderings":[{}]}}"#, orderings.join(","));
    assert_eq!(
        shop.read(&query).unwrap(),
        r#"[{"id":"1","a b":"p","it's":2,"x.y":3,"{z}":4},{"id":"2","a b":null,"it's":null,"x.y":null,"{z}":null}]"#
    );
}

#[test]
fn rows_of_the_server_are_stored_at_full_precision() {
    let shop = Shop::with(r#"{"id":"string","updatedAt":"date"}"#);
    let table = shop.table();
    shop.write(move |tx| {
        table.upsert_from_server(tx, r#"{"id":"a","updatedAt":"2024-05-06T07:08:09.1236Z"}"#)?;
        table.upsert_from_server(tx, r#"{"id":"b","updatedAt":"2024-05-06T07:08:09.12395Z"}"#)
    })
    .unwrap();
    assert_eq!(shop.found("updatedAt gt datetimeoffset'2024-05-06T07:08:09.1236Z'"), r#"[{"id":"b"}]"#);
}

#[test]
fn an_id_in_another_case_is_found_by_the_index() {
    let shop = Shop::with(COLUMNS);
    shop.upsert(r#"[{"id":"É-x"},{"id":"a"},{"id":"12ab-cd"},{"id":"%_x"}]"#).unwrap();
    for (asked, found) in [("É-X", "É-x"), ("A", "a"), ("12AB-Cd", "12ab-cd"), ("%_X", "%_x")] {
        let row = shop.lookup(&format!("\"{asked}\"")).unwrap();
        assert!(row.is_some_and(|row| row.contains(found)), "{asked}");
    }
    for asked in ["é-x", "ab", "12ab-c", "__x"] {
        assert_eq!(shop.lookup(&format!("\"{asked}\"")).unwrap(), None, "{asked}");
    }
}
