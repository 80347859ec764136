//! Soups and Smart SQL against plain SQLite: the same random writes to both, then the same random queries, the same rows.

use super::testing::Kitchen;
use super::{Cursor, EntryId, IndexSpec, IndexType, QuerySpec, Soup, UpsertKey, registry};
use crate::database::Transaction;
use proptest::prelude::*;
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

const SOUPS: [&str; 2] = ["a", "b"];

/// An entry: `name` is a string index or full text, `size` an integer index, `k` json1 or none, `x.y` none.
#[derive(Debug, Clone)]
struct Entry {
    name: Option<&'static str>,
    size: Value,
    k: Value,
    y: Value,
}

impl Entry {
    fn json(&self, id: Option<i64>) -> Value {
        json!({"name": self.name, "size": self.size, "k": self.k, "x": {"y": self.y}, "_soupEntryId": id})
    }

    /// What plain SQLite keeps of it.
    fn cells(&self) -> [Cell; 4] {
        let name = self.name.map_or(Cell::Null, |name| Cell::Text(name.to_owned()));
        let size = self.size.as_f64().map_or(Cell::Null, |size| Cell::Integer(size as i64));
        [name, size, extracted(&self.k), extracted(&self.y)]
    }
}

/// What `json_extract` gives.
fn extracted(value: &Value) -> Cell {
    match value {
        Value::Bool(value) => Cell::Integer((*value).into()),
        Value::Number(number) => number.as_i64().map_or_else(|| Cell::Real(number.as_f64().unwrap()), Cell::Integer),
        Value::String(text) => Cell::Text(text.clone()),
        _ => Cell::Null,
    }
}

#[derive(Debug, Clone)]
enum Step {
    Create(Vec<Entry>),
    Replace(i64, Entry),
    Remove(Vec<i64>),
    Clear,
    /// Other indexes, which must not be noticed.
    Alter {
        full_text: bool,
        indexed: bool,
        re_index: bool,
    },
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        (-3_i64..4).prop_map(Value::from),
        prop_oneof![Just(-1.5), Just(0.5), Just(2.0)].prop_map(Value::from),
        prop_oneof![Just("a"), Just("1"), Just(""), Just("it's")].prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let name = proptest::option::of(prop_oneof![Just("a"), Just("B"), Just("é"), Just("it's"), Just("{a}"), Just("")]);
    (name, value(), value(), value()).prop_map(|(name, size, k, y)| Entry { name, size, k, y })
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let step = prop_oneof![
        6 => proptest::collection::vec(entry(), 0..5).prop_map(Step::Create),
        3 => (1_i64..9, entry()).prop_map(|(id, entry)| Step::Replace(id, entry)),
        2 => proptest::collection::vec(1_i64..9, 0..3).prop_map(Step::Remove),
        1 => Just(Step::Clear),
        2 => any::<(bool, bool, bool)>().prop_map(|(full_text, indexed, re_index)| Step::Alter { full_text, indexed, re_index }),
    ];
    (0..SOUPS.len(), step)
}

fn indexes(full_text: bool, indexed: bool) -> Vec<IndexSpec> {
    let kind = if full_text { IndexType::FullText } else { IndexType::String };
    let mut specs = vec![IndexSpec::new("name", kind), IndexSpec::new("size", IndexType::Integer)];
    if indexed {
        specs.insert(0, IndexSpec::new("k", IndexType::Json1));
    }
    specs
}

fn operand() -> impl Strategy<Value = String> {
    let column = prop_oneof![Just("_soupEntryId"), Just("name"), Just("size"), Just("k"), Just("x.y")];
    prop_oneof![
        4 => column.prop_map(|column| format!("{{@:{column}}}")),
        2 => (-2_i64..3).prop_map(|number| number.to_string()),
        1 => prop_oneof![Just("'a'"), Just("'1'"), Just("'{a:name}'"), Just("'it''s'"), Just("NULL"), Just("0.5")]
            .prop_map(str::to_owned),
    ]
}

/// A condition on the soup `@`.
fn condition() -> impl Strategy<Value = String> {
    let operator = prop_oneof![Just("="), Just("<>"), Just("<"), Just(">="), Just("IS"), Just("LIKE")];
    let leaf =
        (operand(), operator, operand()).prop_map(|(left, operator, right)| format!("{left} {operator} {right}"));
    leaf.prop_recursive(2, 6, 2, |inner| {
        let pair = (inner.clone(), prop_oneof![Just("AND"), Just("OR")], inner.clone());
        prop_oneof![
            pair.prop_map(|(left, word, right)| format!("({left} {word} {right})")),
            inner.prop_map(|inner| format!("NOT ({inner})")),
        ]
    })
}

/// Smart SQL, and what `{a:…}` and `{b:…}` are called in it where nothing stands before them.
fn query() -> impl Strategy<Value = (String, [&'static str; 2])> {
    let soup = prop_oneof![Just("a"), Just("b")];
    (0..8, soup, condition(), condition()).prop_map(|(form, soup, first, second)| {
        let one = |text: &str| text.replace('@', soup);
        let (on_a, on_b) = (first.replace('@', "a"), second.replace('@', "b"));
        match form {
            0 => (
                one("SELECT {@:name}, {@:size}, {@:k}, {@:x.y} FROM {@} WHERE ") + &one(&first) + &one(" ORDER BY {@:_soupEntryId}"),
                SOUPS,
            ),
            1 => (
                one("SELECT {@:name}, count(*), sum({@:size}), max({@:k}) FROM {@} WHERE ")
                    + &one(&first)
                    + &one(" GROUP BY {@:name} ORDER BY {@:name}"),
                SOUPS,
            ),
            2 => (
                format!(
                    "SELECT {{a:name}}, {{b:name}}, {{a:k}}, {{b:x.y}} FROM {{a}} JOIN {{b}} ON {{a:size}} = {{b:k}} \
                     WHERE {on_a} OR {on_b} ORDER BY {{a:_soupEntryId}}, {{b:_soupEntryId}}"
                ),
                SOUPS,
            ),
            3 => (
                format!(
                    "SELECT {{a:_soupEntryId}}, {{b:_soupEntryId}}, {{b:x.y}} FROM {{a}} AS e LEFT JOIN {{b}} f \
                     ON {{b:size}} IS {{a:size}} AND {on_b} WHERE {on_a} ORDER BY 1, 2"
                ),
                ["e", "f"],
            ),
            4 => (
                one("SELECT p.{@:name}, q.{@:k}, q.{@:x.y} FROM {@} p JOIN {@} q ON p.{@:size} = q.{@:size} + 1 \
                     ORDER BY p.{@:_soupEntryId}, q.{@:_soupEntryId}"),
                SOUPS,
            ),
            5 => (
                format!(
                    "SELECT {{a:name}}, (SELECT count(*) FROM {{b}} WHERE {{b:k}} = {{a:k}} AND {on_b}) FROM {{a}} \
                     WHERE {{a:size}} IN (SELECT {{b:size}} FROM {{b}}) OR {on_a} ORDER BY {{a:_soupEntryId}}"
                ),
                SOUPS,
            ),
            6 => (
                one("SELECT {@:_soupEntryId}, row_number() OVER (PARTITION BY {@:name} ORDER BY {@:size}, {@:_soupEntryId}), \
                     sum({@:size}) OVER (ORDER BY {@:_soupEntryId}) FROM {@} WHERE ")
                    + &one(&first)
                    + " ORDER BY 1",
                SOUPS,
            ),
            _ => (
                format!(
                    "WITH c AS (SELECT {{b:size}} AS s, count(*) AS n FROM {{b}} WHERE {on_b} GROUP BY 1) \
                     SELECT {{a:_soupEntryId}}, n, {{a:x.y}} FROM {{a}} LEFT JOIN c ON s = {{a:size}} WHERE {on_a} ORDER BY 1, 2"
                ),
                SOUPS,
            ),
        }
    })
}

/// The plain SQL of a Smart SQL query. A value of a document is an expression without a column's affinity, as `+` makes.
fn plain(smart: &str, names: [&str; 2]) -> String {
    let mut out = String::new();
    let (mut rest, mut quoted) = (smart, false);
    while let Some(first) = rest.chars().next() {
        quoted ^= first == '\'';
        if quoted || first != '{' {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (reference, after) = rest[1..].split_once('}').unwrap();
        rest = after;
        let Some((soup, path)) = reference.split_once(':') else {
            out += reference;
            continue;
        };
        let table = match out.pop_if_dot() {
            Some(alias) => alias,
            None => names[usize::from(soup == "b")].to_owned(),
        };
        out += &match path {
            "_soupEntryId" => format!("{table}.id"),
            "k" => format!("(+{table}.k)"),
            "x.y" => format!("(+{table}.y)"),
            column => format!("{table}.{column}"),
        };
    }
    out
}

trait PopIfDot {
    /// Takes `alias.` off the end, if that is what it ends in.
    fn pop_if_dot(&mut self) -> Option<String>;
}

impl PopIfDot for String {
    fn pop_if_dot(&mut self) -> Option<String> {
        let start = self.strip_suffix('.')?.rfind(|letter: char| !letter.is_alphanumeric())? + 1;
        let alias = self.split_off(start);
        Some(alias.trim_end_matches('.').to_owned())
    }
}

struct Both {
    kitchen: Kitchen,
    plain: Connection,
}

impl Both {
    fn new() -> Self {
        let kitchen = Kitchen::with(r#"[{"path":"unused","type":"string"}]"#);
        let plain = Connection::open_in_memory().unwrap();
        for soup in SOUPS {
            kitchen.write(move |tx| registry::register(tx, soup, &indexes(false, true))).unwrap();
            let columns = "id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, size INTEGER, k, y";
            plain.execute_batch(&format!("CREATE TABLE {soup} ({columns})")).unwrap();
        }
        Self { kitchen, plain }
    }

    fn take(&self, soup: &'static str, step: Step) {
        match step {
            Step::Create(entries) => {
                let text = Value::from_iter(entries.iter().map(|entry| entry.json(None))).to_string();
                self.upsert(soup, text);
                for entry in entries {
                    let [name, size, k, y] = entry.cells();
                    let sql = format!("INSERT INTO {soup} (name, size, k, y) VALUES (?, ?, ?, ?)");
                    self.plain.execute(&sql, params![name, size, k, y]).unwrap();
                }
            }
            Step::Replace(id, entry) => {
                self.upsert(soup, json!([entry.json(Some(id))]).to_string());
                let [name, size, k, y] = entry.cells();
                let sql = format!("UPDATE {soup} SET name = ?, size = ?, k = ?, y = ? WHERE id = ?");
                self.plain.execute(&sql, params![name, size, k, y, id]).unwrap();
            }
            Step::Remove(ids) => {
                let sql = format!("DELETE FROM {soup} WHERE id IN (SELECT value FROM json_each(?))");
                self.plain.execute(&sql, [json!(ids).to_string()]).unwrap();
                let ids: Vec<_> = ids.into_iter().map(EntryId).collect();
                self.kitchen.write(move |tx| Soup::open(tx, soup)?.remove(tx, &ids)).unwrap();
            }
            Step::Clear => {
                self.plain.execute_batch(&format!("DELETE FROM {soup}")).unwrap();
                self.kitchen.write(move |tx| registry::clear(tx, soup)).unwrap();
            }
            Step::Alter { full_text, indexed, re_index } => {
                let specs = indexes(full_text, indexed);
                self.kitchen.write(move |tx| registry::alter(tx, soup, &specs, re_index)).unwrap();
            }
        }
    }

    fn upsert(&self, soup: &'static str, entries: String) {
        let write = move |tx: &Transaction<'_>| Soup::open(tx, soup)?.upsert_text(tx, &entries, UpsertKey::EntryId);
        self.kitchen.write(write).unwrap();
    }

    fn of_soups(&self, smart: &str) -> Result<Value, String> {
        let spec = QuerySpec::smart(smart).paged_by(10_000);
        let page = self.kitchen.store.read(|conn| Cursor::open(conn, spec, None)?.page(conn, 0, None));
        let page: Value = serde_json::from_str(&page.map_err(|error| error.to_string())?).unwrap();
        Ok(page["currentPageOrderedEntries"].clone())
    }

    fn of_plain(&self, sql: &str) -> Result<Value, String> {
        let mut statement = self.plain.prepare(sql).map_err(|error| error.to_string())?;
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cells = (0..width).map(|at| Ok(json_of(row.get_ref(at)?)));
            Ok(Value::Array(cells.collect::<rusqlite::Result<_>>()?))
        });
        let rows = rows.map_err(|error| error.to_string())?.collect::<rusqlite::Result<_>>();
        rows.map(Value::Array).map_err(|error| error.to_string())
    }
}

fn json_of(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Integer(number) => number.into(),
        // JSON has one kind of numbers.
        ValueRef::Real(number) if number.fract() == 0.0 => (number as i64).into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => std::str::from_utf8(text).unwrap().into(),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}

#[test]
fn smart_sql_is_told_in_plain_sql() {
    let smart = "SELECT p.{a:k}, {b:name}, {b:_soupEntryId}, '{a:k}' FROM {a} p, {b} f";
    assert_eq!(plain(smart, ["a", "f"]), "SELECT (+p.k), f.name, f.id, '{a:k}' FROM a p, b f");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn soups_answer_as_plain_tables_do(
        steps in proptest::collection::vec(step(), 1..14),
        queries in proptest::collection::vec(query(), 1..10),
    ) {
        let both = Both::new();
        for (soup, step) in steps {
            both.take(SOUPS[soup], step);
        }
        for (smart, names) in queries {
            let expected = both.of_plain(&plain(&smart, names));
            prop_assert!(expected.is_ok(), "{}: {:?}", plain(&smart, names), expected);
            prop_assert_eq!(both.of_soups(&smart), expected, "{}", smart);
        }
        prop_assert_eq!(both.kitchen.value::<String>("PRAGMA integrity_check"), "ok");
    }
}
