use super::*;

fn read(text: &str) -> Expression {
    parse_filter(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refusal(text: &str) -> String {
    parse_filter(text).unwrap_err().to_string()
}

fn member(name: &str) -> Expression {
    Expression::Member(name.into())
}

fn whole(number: i64) -> Expression {
    Expression::Literal(Literal::Whole(number))
}

fn compare(operator: Comparison, left: Expression, right: Expression) -> Expression {
    Expression::Comparison(operator, Box::new([left, right]))
}

fn calculate(operator: Arithmetic, left: Expression, right: Expression) -> Expression {
    Expression::Arithmetic(operator, Box::new([left, right]))
}

fn equal(name: &str, number: i64) -> Expression {
    compare(Comparison::Equal, member(name), whole(number))
}

#[test]
fn literals() {
    for (text, literal) in [
        ("null", Literal::Null),
        ("true", Literal::Truth(true)),
        ("false", Literal::Truth(false)),
        ("12", Literal::Whole(12)),
        ("-12", Literal::Whole(-12)),
        ("9223372036854775808", Literal::Real(9_223_372_036_854_775_808.0)),
        ("5L", Literal::Whole(5)),
        ("0.5", Literal::Real(0.5)),
        ("-1.5e-7", Literal::Real(-1.5e-7)),
        ("1e+21", Literal::Real(1e21)),
        ("1.5M", Literal::Real(1.5)),
        ("2d", Literal::Whole(2)),
        ("''", Literal::Text(String::new())),
        ("'it''s'", Literal::Text("it's".into())),
        ("''''''''", Literal::Text("'''".into())),
        ("'(a, b) ? \u{1f600}'", Literal::Text("(a, b) ? \u{1f600}".into())),
    ] {
        assert_eq!(read(text), Expression::Literal(literal), "{text}");
    }
}

#[test]
fn times_in_every_dialect() {
    let instant = Instant::parse("2024-05-06T07:08:09.1234567Z").unwrap();
    for text in [
        "datetime'2024-05-06T07:08:09.1234567Z'",
        "datetimeoffset'2024-05-06T07:08:09.1234567Z'",
        "datetimeoffset'2024-05-06T08:08:09.1234567+01:00'",
        "2024-05-06T07:08:09.1234567Z",
        "cast(2024-05-06T07:08:09.1234567Z,Edm.DateTimeOffset)",
        "cast( datetime'2024-05-06T07:08:09.1234567Z' , Edm.DateTimeOffset )",
    ] {
        assert_eq!(read(text), Expression::Literal(Literal::Time(instant)), "{text}");
    }
}

#[test]
fn operators_bind_as_on_the_backend() {
    assert_eq!(
        read("a eq 1 or b eq 2 and c eq 3"),
        Expression::Any(vec![equal("a", 1), Expression::All(vec![equal("b", 2), equal("c", 3)])])
    );
    assert_eq!(
        read("a add 1 mul 2 gt 3"),
        compare(
            Comparison::Greater,
            calculate(Arithmetic::Add, member("a"), calculate(Arithmetic::Multiply, whole(1), whole(2))),
            whole(3)
        )
    );
    assert_eq!(
        read("a sub 1 sub 2"),
        calculate(Arithmetic::Subtract, calculate(Arithmetic::Subtract, member("a"), whole(1)), whole(2))
    );
    assert_eq!(
        read("(a add 1) mul 2"),
        calculate(Arithmetic::Multiply, calculate(Arithmetic::Add, member("a"), whole(1)), whole(2))
    );
    assert_eq!(
        read("not complete eq 1"),
        compare(Comparison::Equal, Expression::Not(Box::new(member("complete"))), whole(1))
    );
    assert_eq!(
        read("not (a eq 1) and not not b"),
        Expression::All(vec![
            Expression::Not(Box::new(equal("a", 1))),
            Expression::Not(Box::new(Expression::Not(Box::new(member("b"))))),
        ])
    );
    assert_eq!(read("- a div -2"), calculate(Arithmetic::Divide, Expression::Negate(Box::new(member("a"))), whole(-2)));
}

#[test]
fn functions() {
    for (name, function) in Function::NAMES {
        let least = *function.arity().start();
        let arguments: Vec<Expression> = (0..least).map(|at| member(&format!("a{at}"))).collect();
        let listed = ["a0", "a1", "a2"].get(..least).unwrap().join(", ");
        let expected = match function {
            Function::Contains => arguments.into_iter().rev().collect(),
            _ => arguments,
        };
        assert_eq!(read(&format!("{name}({listed})")), Expression::Call(function, expected));
    }
    assert_eq!(
        read("contains(text,'x')"),
        read("substringof('x', text)"),
        "version 4 names the text first, version 2 the part"
    );
    assert_eq!(
        read("indexof(tolower(concat(a,b)),'w') eq 0"),
        compare(
            Comparison::Equal,
            Expression::Call(
                Function::IndexOf,
                vec![
                    Expression::Call(
                        Function::ToLower,
                        vec![Expression::Call(Function::Concat, vec![member("a"), member("b")])]
                    ),
                    Expression::Literal(Literal::Text("w".into())),
                ]
            ),
            whole(0)
        )
    );
}

#[test]
fn a_column_may_be_named_as_a_function() {
    assert_eq!(read("year eq 2000"), equal("year", 2000));
    assert_eq!(read("length(length)"), Expression::Call(Function::Length, vec![member("length")]));
    assert_eq!(read("größe_2 eq 1"), equal("größe_2", 1));
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (text, message) in [
        ("", "Expression expected (at index 0)"),
        ("a eq", "Expression expected (at index 4)"),
        ("a eq eq", "Expression expected (at index 5)"),
        ("a b", "Syntax error (at index 2)"),
        ("(a eq 1", "')' or operator expected (at index 0)"),
        ("a eq 1)", "Syntax error (at index 6)"),
        ("(a, b)", "Syntax error (at index 2)"),
        ("'ä' eq 'x", "Unterminated string literal (at index 7)"),
        ("a eq #", "Syntax error '#' (at index 5)"),
        ("a/b eq 1", "Syntax error '/' (at index 1)"),
        ("length(a,b) eq 1", "Function 'length' requires 1 parameter. (at index 0)"),
        ("substring(a) eq 'x'", "Function 'substring' requires 2 or 3 parameters. (at index 0)"),
        ("sqrt(a) eq 1", "Unknown function 'sqrt' (at index 0)"),
        ("length() eq 1", "Expression expected (at index 7)"),
        ("a eq datetime'soon'", "Invalid 'datetime' type creation expression (at index 5)"),
        ("a eq guid'2024-01-01'", "Invalid 'guid' type creation expression (at index 5)"),
        ("a eq 2024-13-01", "Invalid date '2024-13-01' (at index 5)"),
        ("a eq 12abc", "Invalid number '12abc' (at index 5)"),
        ("a eq 1.x", "Digit expected (at index 5)"),
        ("cast(a,Edm.DateTimeOffset)", "Only dates can be cast, to Edm.DateTimeOffset (at index 0)"),
        ("cast(2024-01-01,Edm.Int32)", "Only dates can be cast, to Edm.DateTimeOffset (at index 0)"),
    ] {
        assert_eq!(refusal(text), message, "{text}");
    }
}

#[test]
fn a_long_list_is_flat_however_deep_its_parentheses() {
    let count = 20_000;
    let text = (1..count).fold("(id eq 0)".to_owned(), |text, number| format!("({text} or (id eq {number}))"));
    match read(&text) {
        Expression::Any(terms) => assert_eq!(terms.len(), count),
        other => panic!("not a list: {other:?}"),
    }
}

#[test]
fn an_expression_too_deep_for_the_stack_is_refused() {
    let deep = "not ".repeat(100_000) + "a";
    assert_eq!(refusal(&deep), "A filter may nest 200 levels deep (at index 0)");
    let alternating = (0..1000).fold("a".to_owned(), |text, _| format!("(b or (c and {text}))"));
    assert_eq!(refusal(&alternating), "A filter may nest 200 levels deep (at index 0)");
    assert!(parse_filter(&("(".repeat(100_000) + "a" + &")".repeat(100_000))).is_ok());
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(?:[a-z(),' ]|eq|not|and|2024-01-01|\\PC){0,40}") {
            let _ = parse_filter(&text);
        }

        #[test]
        fn any_string_is_read_back(value in "\\PC*") {
            let text = format!("'{}'", value.replace('\'', "''"));
            prop_assert_eq!(read(&text), Expression::Literal(Literal::Text(value)));
        }
    }
}
