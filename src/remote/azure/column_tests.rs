//! Every row of the table of value rules, as the original client was observed to behave.

use super::*;

const ALL: [ColumnType; 11] = [
    ColumnType::Object,
    ColumnType::Array,
    ColumnType::Integer,
    ColumnType::Int,
    ColumnType::Float,
    ColumnType::Real,
    ColumnType::String,
    ColumnType::Text,
    ColumnType::Boolean,
    ColumnType::Bool,
    ColumnType::Date,
];

fn of(kind: Kind) -> Vec<ColumnType> {
    ALL.into_iter().filter(|column_type| column_type.kind() == kind).collect()
}

/// Stores `value` in a column of each type: the types of `kept` give the text beside them, all others refuse.
fn check(value: &str, kept: &[(Vec<ColumnType>, &str)]) {
    let cell = Cell::parse(value).unwrap();
    for column_type in ALL {
        let expected = kept.iter().find(|(types, _)| types.contains(&column_type)).map(|(_, json)| *json);
        let stored = column_type.store(&cell);
        assert_eq!(stored.as_deref().ok(), expected, "{value} in {}: {stored:?}", column_type.name());
    }
}

#[test]
fn the_names_are_those_of_the_original() {
    for column_type in ALL {
        assert_eq!(column_type.name().parse::<ColumnType>().unwrap(), column_type);
    }
    let refused = "varchar".parse::<ColumnType>().unwrap_err();
    assert_eq!(refused.to_string(), "Column type varchar is not supported");
    assert!("Integer".parse::<ColumnType>().is_err(), "types are written in lower case");
}

#[test]
fn null_and_undefined_are_null_everywhere() {
    for value in ["null", r#"{"\u0000":"undefined"}"#] {
        check(value, &[(ALL.to_vec(), "null")]);
    }
}

#[test]
fn strings_go_into_string_columns_only() {
    check(r#""some\"text""#, &[(of(Kind::Text), r#""some\"text""#)]);
    check(r#""5""#, &[(of(Kind::Text), r#""5""#)]);
}

#[test]
fn integers() {
    check(
        "51",
        &[(of(Kind::Whole), "51"), (of(Kind::Real), "51"), (of(Kind::Truth), "true"), (of(Kind::Text), r#""51""#)],
    );
    check(
        "0",
        &[(of(Kind::Whole), "0"), (of(Kind::Real), "0"), (of(Kind::Truth), "false"), (of(Kind::Text), r#""0""#)],
    );
}

#[test]
fn whole_numbers_end_where_the_exponent_begins() {
    assert!(is_whole(-7.0) && is_whole(1e20));
    assert!(!is_whole(1.5) && !is_whole(1e21) && !is_whole(f64::NAN) && !is_whole(f64::INFINITY));
}

#[test]
fn booleans() {
    check("true", &[(of(Kind::Whole), "1"), (of(Kind::Truth), "true"), (of(Kind::Text), r#""true""#)]);
    check("false", &[(of(Kind::Whole), "0"), (of(Kind::Truth), "false"), (of(Kind::Text), r#""false""#)]);
}

#[test]
fn fractions() {
    check("-5.55", &[(of(Kind::Real), "-5.55"), (of(Kind::Text), r#""-5.55""#)]);
    check("1e+21", &[(of(Kind::Real), "1e+21"), (of(Kind::Text), r#""1e+21""#)]);
}

#[test]
fn what_is_no_number_is_null_in_a_number_column_and_says_so_in_a_string() {
    for value in [r#"{"\u0000":"number","v":"NaN"}"#, r#"{"\u0000":"number","v":"-Infinity"}"#] {
        check(value, &[(of(Kind::Real), "null"), (of(Kind::Text), r#""null""#)]);
    }
}

#[test]
fn dates() {
    let date = r#"{"\u0000":"date","v":1321042394000}"#;
    check(
        date,
        &[(of(Kind::Time), r#""2011-11-11T20:13:14.0000000Z""#), (of(Kind::Text), r#""\"2011-11-11T20:13:14.000Z\"""#)],
    );
    check(r#"{"\u0000":"date","v":null}"#, &[(of(Kind::Time), "null"), (of(Kind::Text), r#""null""#)]);
    let beyond = Cell::parse(r#"{"\u0000":"date","v":8640000000000000}"#).unwrap();
    let refused = ColumnType::Date.store(&beyond).unwrap_err();
    assert!(refused.to_string().contains("outside of the years 0000 to 9999"), "{refused}");
    assert_eq!(ColumnType::Text.store(&beyond).unwrap_err().code(), "BAD_VALUE");
}

#[test]
fn objects_and_arrays() {
    check(r#"{"a":1}"#, &[(vec![ColumnType::Object], r#"{"a":1}"#), (of(Kind::Text), r#""{\"a\":1}""#)]);
    check("[1,2]", &[(of(Kind::Json), "[1,2]"), (of(Kind::Text), r#""[1,2]""#)]);
}

#[test]
fn what_json_leaves_out_is_null_in_a_string_column() {
    for value in [r#"{"\u0000":"function"}"#, r#"{"\u0000":"symbol"}"#] {
        check(value, &[(of(Kind::Text), "null")]);
    }
    check(r#"{"\u0000":"bigint","v":"7"}"#, &[]);
}

#[test]
fn a_refusal_says_what_was_refused() {
    for (value, column_type, message) in [
        ("1.5", ColumnType::Integer, "Converting value 1.5 of type number to type integer is not supported."),
        (r#""x""#, ColumnType::Bool, r#"Converting value "x" of type string to type bool is not supported."#),
        ("[1]", ColumnType::Date, "Converting value [1] of type object to type date is not supported."),
        (
            r#"{"\u0000":"date","v":0}"#,
            ColumnType::Real,
            r#"Converting value "1970-01-01T00:00:00.000Z" of type object to type real is not supported."#,
        ),
        (
            r#"{"\u0000":"function"}"#,
            ColumnType::Int,
            "Converting value undefined of type function to type int is not supported.",
        ),
    ] {
        let cell = Cell::parse(value).unwrap();
        assert_eq!(column_type.store(&cell).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_server_says_times_as_text() {
    let stored = |column_type: ColumnType, json: &'static str| {
        let cell = Cell::parse(json).unwrap();
        column_type.store_from_server(&cell).map(Cow::into_owned).map_err(|error| error.to_string())
    };
    assert_eq!(
        stored(ColumnType::Date, r#""2024-05-06T07:08:09.12395Z""#).as_deref(),
        Ok(r#""2024-05-06T07:08:09.1239500Z""#)
    );
    assert_eq!(stored(ColumnType::Text, r#""2024-05-06T07:08:09Z""#).as_deref(), Ok(r#""2024-05-06T07:08:09Z""#));
    assert!(
        stored(ColumnType::Date, r#""soon""#).unwrap_err().starts_with(r#"Converting value "soon" of type string"#)
    );
    assert_eq!(stored(ColumnType::Integer, "5.0").as_deref(), Ok("5"));
    assert_eq!(stored(ColumnType::Integer, "9007199254740993").as_deref(), Ok("9007199254740993"));
}

/// What a column reads from `stored`, per type.
fn check_reading(stored: &str, read: &[(Vec<ColumnType>, &str)]) {
    let cell = Cell::parse(stored).unwrap();
    for column_type in ALL {
        let expected = read.iter().find(|(types, _)| types.contains(&column_type)).map(|(_, json)| *json);
        let restored = column_type.restore(&cell);
        assert_eq!(restored.as_deref().ok(), expected, "{stored} as {}: {restored:?}", column_type.name());
    }
}

#[test]
fn what_an_older_definition_stored_is_read_where_it_can_be() {
    check_reading("null", &[(ALL.to_vec(), "null")]);
    check_reading(r#""somestring""#, &[(of(Kind::Text), r#""somestring""#)]);
    check_reading(r#""51""#, &[(of(Kind::Text), r#""51""#)]);
    check_reading(
        "51",
        &[
            (of(Kind::Whole), "51"),
            (of(Kind::Real), "51"),
            (of(Kind::Truth), "true"),
            (of(Kind::Time), r#""1970-01-01T00:00:00.0510000Z""#),
        ],
    );
    check_reading("1.5", &[(of(Kind::Real), "1.5")]);
    check_reading("true", &[(of(Kind::Truth), "true"), (of(Kind::Whole), "1"), (of(Kind::Real), "1")]);
    check_reading(
        r#""2011-11-11T20:13:14.1234567Z""#,
        &[(of(Kind::Time), r#""2011-11-11T20:13:14.1234567Z""#), (of(Kind::Text), r#""2011-11-11T20:13:14.1234567Z""#)],
    );
    check_reading(r#"{"a":1}"#, &[(vec![ColumnType::Object], r#"{"a":1}"#), (of(Kind::Text), r#""{\"a\":1}""#)]);
    check_reading("[1,2]", &[(of(Kind::Json), "[1,2]"), (of(Kind::Text), r#""[1,2]""#)]);
    check_reading(r#""[1,2]""#, &[(of(Kind::Json), "[1,2]"), (of(Kind::Text), r#""[1,2]""#)]);
    check_reading(r#""{\"a\":1}""#, &[(vec![ColumnType::Object], r#"{"a":1}"#), (of(Kind::Text), r#""{\"a\":1}""#)]);
}

#[test]
fn what_is_stored_is_read_back() {
    for (column_type, value, read) in [
        (ColumnType::Object, r#"{"int":1,"string":"str1"}"#, r#"{"int":1,"string":"str1"}"#),
        (ColumnType::Array, "[2,\"s\",{\"a\":[4]}]", "[2,\"s\",{\"a\":[4]}]"),
        (ColumnType::Int, "8", "8"),
        (ColumnType::Real, "9.5", "9.5"),
        (ColumnType::String, r#""str3""#, r#""str3""#),
        (ColumnType::Bool, "5", "true"),
        (ColumnType::Integer, "true", "1"),
        (ColumnType::Date, r#"{"\u0000":"date","v":1449903959000}"#, r#""2015-12-12T07:05:59.0000000Z""#),
    ] {
        let cell = Cell::parse(value).unwrap();
        let stored = column_type.store(&cell).unwrap();
        let stored = Cell::parse(&stored).unwrap();
        assert_eq!(column_type.restore(&stored).unwrap(), read);
    }
}
