//! Smart SQL against the SQL that it stands for, and run.

use super::to_sql;
use crate::soup::testing::Kitchen;
use crate::soup::{Cursor, Error, IndexSpec, IndexType, QuerySpec, registry};

const EMP: &str = r#"[{"path":"name","type":"string"},{"path":"deptId","type":"string"},
    {"path":"education","type":"json1"},{"path":"about","type":"full_text"}]"#;

/// A store with the soups `cities` (unused), `emp` (`TABLE_2`) and `dept` (`TABLE_3`).
fn kitchen() -> Kitchen {
    let kitchen = Kitchen::with(r#"[{"path":"x","type":"string"}]"#);
    kitchen
        .write(|tx| {
            registry::register(tx, "emp", &IndexSpec::parse_list(EMP)?)?;
            registry::register(tx, "dept", &[IndexSpec::new("deptId", IndexType::String)])
        })
        .unwrap();
    let emp = r#"[{"name":"Ada","deptId":"1","education":"MIT","about":"big town","room":{"n":5}},
        {"name":"Bob","deptId":"1","about":"small","room":{"n":6}},{"name":"{x}","deptId":"9"}]"#;
    kitchen.upsert_into("emp", emp, None).unwrap();
    kitchen.upsert_into("dept", r#"[{"deptId":"1","city":"Ulm","room":{"n":70}}]"#, None).unwrap();
    kitchen
}

fn sql(smart: &str) -> Result<String, Error> {
    kitchen().read(|conn, _| to_sql(conn, smart))
}

fn rows(smart: &str) -> Result<String, Error> {
    let page = kitchen().read(|conn, _| Cursor::open(conn, QuerySpec::smart(smart), None)?.page(conn, 0, None))?;
    Ok(page.split_once("OrderedEntries\":").unwrap().1.trim_end_matches('}').to_owned())
}

#[test]
fn references_become_tables_columns_and_extractions() {
    let pairs = [
        ("SELECT {emp:name} FROM {emp}", "SELECT TABLE_2_0 FROM TABLE_2"),
        (
            "select {emp:_soup}, {emp:_soupEntryId}, {emp:_soupCreatedDate}, {emp:_soupLastModifiedDate} from {emp}",
            "select TABLE_2.soup, TABLE_2.id, TABLE_2.created, TABLE_2.lastModified from TABLE_2",
        ),
        ("SELECT {emp:education} FROM {emp}", "SELECT json_extract(soup, '$.education') FROM TABLE_2"),
        ("SELECT {emp:room.n} FROM {emp}", "SELECT json_extract(soup, '$.room.n') FROM TABLE_2"),
        ("SELECT {emp:it's} FROM {emp}", "SELECT json_extract(soup, '$.it''s') FROM TABLE_2"),
        ("SELECT e.{emp:_soup}, e.{emp:name} FROM {emp} e", "SELECT e.soup, e.TABLE_2_0 FROM TABLE_2 e"),
        (
            "SELECT e.{emp:education}, \"e\".{emp:room} FROM {emp} AS e",
            "SELECT json_extract(e.soup, '$.education'), json_extract(\"e\".soup, '$.room') FROM TABLE_2 AS e",
        ),
        ("SELECT {emp}.{emp:room} FROM {emp}", "SELECT json_extract(TABLE_2.soup, '$.room') FROM TABLE_2"),
        ("SELECT {emp}.id FROM {emp}", "SELECT TABLE_2.id FROM TABLE_2"),
        ("SELECT '{emp:name} it''s {x}' FROM {emp}", "SELECT '{emp:name} it''s {x}' FROM TABLE_2"),
        (
            "SELECT rowid FROM {emp}_fts WHERE {emp}_fts MATCH '{emp:about}:big {emp:name}'",
            "SELECT rowid FROM TABLE_2_fts WHERE TABLE_2_fts MATCH 'TABLE_2_3:big TABLE_2_0'",
        ),
        ("SELECT \"{emp:name}\" FROM {emp}", "SELECT \"TABLE_2_0\" FROM TABLE_2"),
        ("SELECT 1 /* {y} */ -- {z}", "SELECT 1"),
        (
            " WITH a AS (SELECT {emp:name} FROM {emp}) SELECT * FROM a ; ",
            " WITH a AS (SELECT TABLE_2_0 FROM TABLE_2) SELECT * FROM a",
        ),
    ];
    for (smart, expected) in pairs {
        assert_eq!(sql(smart).unwrap(), expected, "{smart}");
    }
}

#[test]
fn a_path_without_a_column_knows_its_table_when_there_are_several() {
    let pairs = [
        (
            "SELECT {emp:room}, {dept:city} FROM {emp}, {dept} WHERE {emp:deptId} = {dept:deptId}",
            "SELECT json_extract(TABLE_2.soup, '$.room'), json_extract(TABLE_3.soup, '$.city') FROM TABLE_2, TABLE_3 \
             WHERE TABLE_2_1 = TABLE_3_0",
        ),
        (
            "SELECT {emp:room}, {dept:city} FROM {emp} AS e LEFT JOIN {dept} d ON 1",
            "SELECT json_extract(e.soup, '$.room'), json_extract(d.soup, '$.city') FROM TABLE_2 AS e LEFT JOIN TABLE_3 d ON 1",
        ),
        // Two names for one soup: only the query can say which is meant.
        (
            "SELECT a.{emp:room}, {emp:room} FROM {emp} a, {emp} b",
            "SELECT json_extract(a.soup, '$.room'), json_extract(soup, '$.room') FROM TABLE_2 a, TABLE_2 b",
        ),
        // The inner SELECT has its own table, and sees the outer one's.
        (
            "SELECT {emp:room} FROM {emp} e WHERE EXISTS (SELECT 1 FROM {dept} WHERE {dept:room} = {emp:room})",
            "SELECT json_extract(e.soup, '$.room') FROM TABLE_2 e WHERE EXISTS (SELECT 1 FROM TABLE_3 WHERE \
             json_extract(TABLE_3.soup, '$.room') = json_extract(e.soup, '$.room'))",
        ),
        // The outer SELECT reads what the inner one calls `soup`, not the table.
        (
            "SELECT {emp:room} FROM (SELECT {emp:_soup} FROM {emp}, {dept})",
            "SELECT json_extract(soup, '$.room') FROM (SELECT TABLE_2.soup FROM TABLE_2, TABLE_3)",
        ),
        (
            "SELECT {emp:room} FROM {emp} e UNION SELECT {emp:room} FROM {emp}",
            "SELECT json_extract(e.soup, '$.room') FROM TABLE_2 e UNION SELECT json_extract(TABLE_2.soup, '$.room') FROM TABLE_2",
        ),
    ];
    for (smart, expected) in pairs {
        assert_eq!(sql(smart).unwrap(), expected, "{smart}");
    }
}

#[test]
fn queries_run() {
    let pairs = [
        ("SELECT count(*) FROM {emp}", "[[3]]"),
        ("SELECT {emp:name}, {dept:city} FROM {emp}, {dept} WHERE {emp:room.n} = 6", r#"[["Bob","Ulm"]]"#),
        (
            "SELECT {emp:name}, {emp:room.n} + {dept:room.n} FROM {emp} JOIN {dept} ON {emp:deptId} = {dept:deptId}",
            r#"[["Ada",75],["Bob",76]]"#,
        ),
        (
            "SELECT e.{emp:name}, {dept:_soup} FROM {emp} e LEFT JOIN {dept} ON {dept:deptId} = e.{emp:deptId} \
            WHERE e.{emp:deptId} = '9'",
            r#"[["{x}",null]]"#,
        ),
        (
            "SELECT {emp:name} FROM {emp} WHERE {emp:_soupEntryId} IN \
            (SELECT rowid FROM {emp}_fts WHERE {emp}_fts MATCH '{emp:about}:big')",
            r#"[["Ada"]]"#,
        ),
        ("SELECT {emp:name} FROM {emp} WHERE {emp:education} = 'MIT' -- found by its index", r#"[["Ada"]]"#),
        (
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
            "[[1],[2],[3]]",
        ),
        ("SELECT replace({emp:name}, 'A', 'O') FROM {emp} WHERE {emp:name} = 'Ada';", r#"[["Oda"]]"#),
        ("SELECT value FROM json_each('[1,2]') UNION SELECT 3", "[[1],[2],[3]]"),
        ("SELECT {emp:name} FROM {emp} WHERE {emp:name} = '{x}'", r#"[["{x}"]]"#),
    ];
    for (smart, expected) in pairs {
        assert_eq!(rows(smart).unwrap(), expected, "{smart}");
    }
}

#[test]
fn an_index_serves_a_json1_path_even_in_a_join() {
    let smart = "SELECT 1 FROM {dept} CROSS JOIN {emp} WHERE {emp:education} = {dept:deptId}";
    let kitchen = kitchen();
    let plan: Vec<String> = kitchen
        .read(|conn, _| {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", to_sql(conn, smart)?))?;
            let rows = statement.query_map([], |row| row.get(3))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .unwrap();
    assert!(plan.iter().any(|step| step.contains("TABLE_2_2_idx")), "{plan:?}");
}

#[test]
fn references_to_nothing_are_refused_with_their_place() {
    let pairs = [
        ("SELECT {none:name} FROM {emp}", "Unknown soup none at character 7"),
        ("SELECT '😀', {emp:name} FROM {none}", "Unknown soup none at character 29"),
        ("SELECT 1 FROM x WHERE x MATCH 'a {none:b}'", "Unknown soup none at character 33"),
        ("SELECT {emp:a:b} FROM {emp}", "Invalid soup/path reference {emp:a:b} at character 7"),
        ("SELECT {} FROM {emp}", "Invalid soup/path reference {} at character 7"),
        ("SELECT {emp:} FROM {emp}", "Invalid soup/path reference {emp:} at character 7"),
        ("SELECT {:x} FROM {emp}", "Invalid soup/path reference {:x} at character 7"),
    ];
    for (smart, message) in pairs {
        assert_eq!(sql(smart).unwrap_err().to_string(), message, "{smart}");
    }
}

#[test]
fn nothing_but_one_select_is_taken() {
    let refused = [
        "",
        " -- SELECT",
        "INSERT INTO {emp} (soup) VALUES ('x')",
        "update {emp} set soup = 'x'",
        "DELETE FROM {emp}",
        "WITH a AS (SELECT 1) DELETE FROM {emp}",
        "PRAGMA user_version = 7",
        "ATTACH 'x' AS x",
        "EXPLAIN SELECT 1",
        "SELECT 1; DELETE FROM {emp}",
        "SELECT 1); DELETE FROM {emp}; --",
        "SELECT 1) UNION SELECT * FROM (SELECT 2",
        "SELECT (1",
        "SELECT * FROM pragma_optimize",
        "SELECT * FROM \"PRAGMA_optimize\"(2)",
    ];
    for smart in refused {
        assert_eq!(rows(smart).unwrap_err().to_string(), "Only SELECT are supported", "{smart}");
    }
    // What SQLite itself refuses inside a SELECT.
    let kitchen = kitchen();
    for smart in ["SELECT load_extension('x')", "SELECT * FROM (DELETE FROM {emp} RETURNING id)", "SELECT {emp:name"] {
        let opened = kitchen.read(|conn, _| Cursor::open(conn, QuerySpec::smart(smart), None).map(|_| ()));
        assert_eq!(opened.unwrap_err().code(), "SQL", "{smart}");
    }
    assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_2"), 3);
}
