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
            "SELECT {emp:_soupEntryId}, {emp:name}, {emp:room} FROM {emp} AS e",
            "SELECT e.id, e.TABLE_2_0, json_extract(e.soup, '$.room') FROM TABLE_2 AS e",
        ),
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
             WHERE TABLE_2.TABLE_2_1 = TABLE_3.TABLE_3_0",
        ),
        (
            "SELECT {emp:room}, {dept:city} FROM {emp} AS e LEFT JOIN {dept} d ON 1",
            "SELECT json_extract(e.soup, '$.room'), json_extract(d.soup, '$.city') FROM TABLE_2 AS e LEFT JOIN TABLE_3 d ON 1",
        ),
        (
            "SELECT a.{emp:room}, b.{emp:name}, b.{emp:_soup} FROM {emp} a, {emp} b",
            "SELECT json_extract(a.soup, '$.room'), b.TABLE_2_0, b.soup FROM TABLE_2 a, TABLE_2 b",
        ),
        // One of the two has the table's own name.
        (
            "SELECT {emp:room}, {emp:_soup}, b.{emp:room} FROM {emp}, {emp} b",
            "SELECT json_extract(TABLE_2.soup, '$.room'), TABLE_2.soup, json_extract(b.soup, '$.room') \
             FROM TABLE_2, TABLE_2 b",
        ),
        // A common table expression may have columns of the same names.
        (
            "WITH a AS (SELECT {dept:_soup} FROM {dept}) SELECT {emp:room} FROM {emp}, a",
            "WITH a AS (SELECT TABLE_3.soup FROM TABLE_3) SELECT json_extract(TABLE_2.soup, '$.room') FROM TABLE_2, a",
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
        // Joins.
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
            "SELECT a.{emp:name}, b.{emp:name}, b.{emp:room.n} FROM {emp} a JOIN {emp} b ON a.{emp:room.n} + 1 = b.{emp:room.n}",
            r#"[["Ada","Bob",6]]"#,
        ),
        (
            "SELECT {emp:name}, {emp:education}, {emp:room.n} FROM {emp} e NATURAL JOIN (SELECT {dept:deptId} AS d FROM {dept}) \
            WHERE d = {emp:deptId} ORDER BY {emp:_soupEntryId} DESC",
            r#"[["Bob",null,6],["Ada","MIT",5]]"#,
        ),
        (
            "SELECT {emp:name} FROM ({emp} JOIN {dept} ON {emp:deptId} = {dept:deptId}) ORDER BY 1",
            r#"[["Ada"],["Bob"]]"#,
        ),
        // Subqueries.
        (
            "SELECT {emp:name} FROM {emp} WHERE {emp:deptId} IN (SELECT {dept:deptId} FROM {dept}) ORDER BY {emp:name} DESC",
            r#"[["Bob"],["Ada"]]"#,
        ),
        (
            "SELECT {emp:name}, (SELECT {dept:room.n} + {emp:room.n} FROM {dept} WHERE {dept:deptId} = {emp:deptId}) FROM {emp}",
            r#"[["Ada",75],["Bob",76],["{x}",null]]"#,
        ),
        ("SELECT {emp:name} FROM (SELECT {emp:name} FROM {emp} WHERE {emp:room.n} > 5)", r#"[["Bob"]]"#),
        // Common table expressions.
        (
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
            "[[1],[2],[3]]",
        ),
        (
            "WITH big AS (SELECT {emp:deptId} AS d, max({emp:room.n}) AS n FROM {emp} GROUP BY {emp:deptId}) \
            SELECT {dept:city}, n FROM {dept} JOIN big ON d = {dept:deptId}",
            r#"[["Ulm",6]]"#,
        ),
        // Aggregates, groups, compounds.
        ("SELECT count(*) FROM {emp}", "[[3]]"),
        (
            "SELECT {emp:deptId}, count(*), total({emp:room.n}), group_concat({emp:name}) FROM {emp} \
            GROUP BY {emp:deptId} HAVING count(*) > 1",
            r#"[["1",2,11,"Ada,Bob"]]"#,
        ),
        ("SELECT count(DISTINCT {emp:deptId}) FROM {emp}", "[[2]]"),
        (
            "SELECT {emp:name} FROM {emp} UNION SELECT {dept:city} FROM {dept} ORDER BY {emp:name} DESC LIMIT 2",
            r#"[["{x}"],["Ulm"]]"#,
        ),
        (
            "SELECT {emp:deptId} FROM {emp} INTERSECT SELECT {dept:deptId} FROM {dept} ORDER BY {emp:deptId}",
            r#"[["1"]]"#,
        ),
        // Window functions.
        (
            "SELECT {emp:name}, row_number() OVER (PARTITION BY {emp:deptId} ORDER BY {emp:name} DESC) FROM {emp} ORDER BY 1",
            r#"[["Ada",2],["Bob",1],["{x}",1]]"#,
        ),
        (
            "SELECT {emp:name}, sum({emp:room.n}) OVER win FROM {emp} JOIN {dept} ON {emp:deptId} = {dept:deptId} \
            WINDOW win AS (ORDER BY {emp:name})",
            r#"[["Ada",5],["Bob",11]]"#,
        ),
        // JSON.
        ("SELECT value FROM json_each('[1,2]') UNION SELECT 3", "[[1],[2],[3]]"),
        (
            "SELECT {emp:name}, key, value FROM {emp}, json_each({emp:room}) WHERE {emp:name} = 'Ada'",
            r#"[["Ada","n",5]]"#,
        ),
        (
            "SELECT json_group_array({emp:name}), json_type({dept:_soup}, '$.room') FROM {emp} JOIN {dept} USING (id)",
            r#"[["[\"Ada\"]","object"]]"#,
        ),
        (
            "SELECT json_object('n', {emp:room.n}, 's', {emp:name}) FROM {emp} LIMIT 1",
            r#"[["{\"n\":5,\"s\":\"Ada\"}"]]"#,
        ),
        // Full text.
        (
            "SELECT {emp:name} FROM {emp} WHERE {emp:_soupEntryId} IN \
            (SELECT rowid FROM {emp}_fts WHERE {emp}_fts MATCH '{emp:about}:big')",
            r#"[["Ada"]]"#,
        ),
        (
            "SELECT {emp:name}, highlight({emp}_fts, 0, '<', '>') FROM {emp} JOIN {emp}_fts ON {emp}_fts.rowid = {emp:_soupEntryId} \
            WHERE {emp}_fts MATCH 'b*' ORDER BY rank",
            r#"[["Ada","<big> town"]]"#,
        ),
        // Quoted braces, comments, what ends a statement.
        ("SELECT {emp:name} FROM {emp} WHERE {emp:education} = 'MIT' -- found by its index", r#"[["Ada"]]"#),
        ("SELECT replace({emp:name}, 'A', 'O') FROM {emp} WHERE {emp:name} = 'Ada';", r#"[["Oda"]]"#),
        ("SELECT {emp:name} FROM {emp} WHERE {emp:name} = '{x}'", r#"[["{x}"]]"#),
        ("VALUES (1, 'a'), (2, 'b')", r#"[[1,"a"],[2,"b"]]"#),
        // What the store keeps of its soups.
        ("SELECT soupName FROM soup_attrs WHERE id = 3", r#"[["dept"]]"#),
        ("SELECT path, columnType FROM soup_index_map WHERE soupName = 'dept'", r#"[["deptId","string"]]"#),
        ("SELECT count(*) FROM long_operations_status", "[[0]]"),
        ("SELECT count(*) FROM sqlite_schema WHERE name = 'TABLE_3'", "[[1]]"),
    ];
    for (smart, expected) in pairs {
        assert_eq!(rows(smart).as_deref().unwrap_or("failed"), expected, "{smart}: {:?}", rows(smart));
    }
}

#[test]
fn of_two_aliases_the_query_says_which() {
    for path in ["name", "room", "education", "_soup", "_soupEntryId"] {
        let error = rows(&format!("SELECT {{emp:{path}}} FROM {{emp}} a, {{emp}} b")).unwrap_err();
        assert_eq!(error.code(), "AMBIGUOUS_REFERENCE");
        assert!(error.to_string().starts_with(&format!("{{emp:{path}}} at character 7 ")), "{error}");
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
fn what_does_not_begin_as_a_select_is_refused_in_the_originals_words() {
    let refused = [
        "",
        " -- SELECT",
        "INSERT INTO {emp} (soup) VALUES ('x')",
        "update {emp} set soup = 'x'",
        "DELETE FROM {emp}",
        "PRAGMA user_version = 7",
        "ATTACH 'x' AS x",
        "EXPLAIN SELECT 1",
    ];
    for smart in refused {
        assert_eq!(rows(smart).unwrap_err().to_string(), "Only SELECT are supported", "{smart}");
    }
}

#[test]
fn nothing_is_written_whatever_the_text() {
    let refused = [
        ("SELECT 1); DELETE FROM {emp}; --", "READ_ONLY"),
        ("SELECT 1); INSERT INTO {emp} (soup) VALUES ('x') --", "READ_ONLY"),
        ("SELECT 1); UPDATE {emp} SET soup = 'x'; --", "READ_ONLY"),
        ("SELECT 1); DROP TABLE {emp}; --", "READ_ONLY"),
        ("SELECT 1); CREATE TEMP TABLE x (a); --", "READ_ONLY"),
        ("SELECT 1); CREATE TRIGGER x AFTER INSERT ON {emp} BEGIN SELECT 1; END; --", "READ_ONLY"),
        ("SELECT 1); PRAGMA user_version = 7; --", "READ_ONLY"),
        ("SELECT 1); ATTACH ':memory:' AS x; --", "READ_ONLY"),
        ("SELECT 1); BEGIN; --", "READ_ONLY"),
        ("SELECT 1); VACUUM; --", "SQL"),
        ("SELECT 1); SELECT 2; --", "SQL"),
        ("SELECT 1; DELETE FROM {emp}", "SQL"),
        ("WITH a AS (SELECT 1) DELETE FROM {emp}", "SQL"),
        ("SELECT * FROM (DELETE FROM {emp} RETURNING id)", "SQL"),
        ("SELECT * FROM pragma_optimize", "READ_ONLY"),
        ("SELECT * FROM \"PRAGMA_optimize\"(2)", "READ_ONLY"),
        ("SELECT load_extension('x')", "READ_ONLY"),
        ("SELECT {emp:name", "SQL"),
        ("SELECT (1", "SQL"),
    ];
    let kitchen = kitchen();
    for (smart, code) in refused {
        let opened = kitchen.read(|conn, _| Cursor::open(conn, QuerySpec::smart(smart), None).map(|_| ()));
        assert_eq!(opened.unwrap_err().code(), code, "{smart}");
    }
    assert_eq!(kitchen.value::<i64>("SELECT count(*) FROM TABLE_2"), 3);
    assert_eq!(kitchen.value::<i64>("PRAGMA user_version"), 1);
    // The store itself goes on writing.
    kitchen.upsert_into("emp", r#"[{"name":"Eve"}]"#, None).unwrap();
}
