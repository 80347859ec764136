//! Filters at random: what SQLite answers, a small interpreter of the same tree answers too.

use super::*;
use crate::remote::azure::functions;
use proptest::prelude::*;
use rusqlite::Connection;

/// A value of the interpreter.
#[derive(Debug, Clone, PartialEq)]
enum Answer {
    Null,
    Truth(bool),
    Whole(i64),
    Real(f64),
    Text(String),
    Time(Instant),
}

#[derive(Debug, Clone)]
struct Row {
    text: Option<String>,
    integer: Option<i64>,
    real: Option<f64>,
    boolean: Option<bool>,
    date: Option<Instant>,
}

impl Row {
    fn get(&self, name: &str) -> Answer {
        let found = match name {
            "text" => self.text.clone().map(Answer::Text),
            "integer" => self.integer.map(Answer::Whole),
            "real" => self.real.map(Answer::Real),
            "boolean" => self.boolean.map(Answer::Truth),
            _ => self.date.map(Answer::Time),
        };
        found.unwrap_or(Answer::Null)
    }

    /// The row as an entry of a soup.
    fn entry(&self) -> String {
        serde_json::json!({
            "text": self.text, "integer": self.integer, "real": self.real, "boolean": self.boolean,
            "date": self.date.map(|date| date.to_string()),
        })
        .to_string()
    }
}

fn interpret(expression: &Expression, row: &Row) -> Answer {
    match expression {
        Expression::Literal(literal) => match literal.clone() {
            Literal::Null => Answer::Null,
            Literal::Truth(truth) => Answer::Truth(truth),
            Literal::Whole(number) => Answer::Whole(number),
            Literal::Real(number) => Answer::Real(number),
            Literal::Text(text) => Answer::Text(text),
            Literal::Time(instant) => Answer::Time(instant),
        },
        Expression::Member(name) => row.get(name),
        Expression::Not(inner) => known(truth(interpret(inner, row)).map(|truth| !truth)),
        Expression::Negate(inner) => match interpret(inner, row) {
            Answer::Whole(number) => Answer::Whole(-number),
            Answer::Real(number) => Answer::Real(-number),
            other => other,
        },
        Expression::All(terms) => all(terms.iter().map(|term| truth(interpret(term, row)))),
        Expression::Any(terms) => {
            let denied = all(terms.iter().map(|term| truth(interpret(term, row)).map(|truth| !truth)));
            known(truth(denied).map(|truth| !truth))
        }
        Expression::Comparison(operator, sides) if sides[1] == Expression::Literal(Literal::Null) => {
            let null = interpret(&sides[0], row) == Answer::Null;
            Answer::Truth(null == (*operator == Comparison::Equal))
        }
        Expression::Comparison(operator, sides) => {
            compare(*operator, interpret(&sides[0], row), interpret(&sides[1], row))
        }
        Expression::Arithmetic(operator, sides) => {
            calculate(*operator, interpret(&sides[0], row), interpret(&sides[1], row))
        }
        Expression::Call(function, arguments) => {
            call(*function, &arguments.iter().map(|argument| interpret(argument, row)).collect::<Vec<_>>())
        }
    }
}

fn known(truth: Option<bool>) -> Answer {
    truth.map_or(Answer::Null, Answer::Truth)
}

/// A condition: yes, no, or unknown.
fn truth(answer: Answer) -> Option<bool> {
    match answer {
        Answer::Truth(truth) => Some(truth),
        Answer::Whole(number) => Some(number == 1),
        Answer::Real(number) => Some(number == 1.0),
        Answer::Text(_) | Answer::Time(_) => Some(false),
        Answer::Null => None,
    }
}

/// False as soon as one is false, unknown when one is unknown.
fn all(truths: impl Iterator<Item = Option<bool>>) -> Answer {
    let truths: Vec<Option<bool>> = truths.collect();
    if truths.contains(&Some(false)) {
        return Answer::Truth(false);
    }
    known((!truths.contains(&None)).then_some(true))
}

fn compare(operator: Comparison, left: Answer, right: Answer) -> Answer {
    let order = match (&left, &right) {
        (Answer::Null, _) | (_, Answer::Null) => return Answer::Null,
        (Answer::Text(left), Answer::Text(right)) => left.cmp(right),
        (Answer::Time(left), Answer::Time(right)) => left.cmp(right),
        (Answer::Truth(left), Answer::Truth(right)) => left.cmp(right),
        _ => number(&left).partial_cmp(&number(&right)).unwrap(),
    };
    Answer::Truth(match operator {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
    })
}

fn number(answer: &Answer) -> f64 {
    match answer {
        Answer::Whole(number) => *number as f64,
        Answer::Real(number) => *number,
        other => panic!("{other:?} is no number"),
    }
}

fn calculate(operator: Arithmetic, left: Answer, right: Answer) -> Answer {
    match (left, right) {
        (Answer::Null, _) | (_, Answer::Null) => Answer::Null,
        (Answer::Text(left), Answer::Text(right)) => Answer::Text(left + &right),
        (Answer::Whole(left), Answer::Whole(right)) => match operator {
            Arithmetic::Add => Answer::Whole(left + right),
            Arithmetic::Subtract => Answer::Whole(left - right),
            Arithmetic::Multiply => Answer::Whole(left * right),
            Arithmetic::Divide if right == 0 => Answer::Null,
            Arithmetic::Divide => Answer::Real(left as f64 / right as f64),
            Arithmetic::Modulo => left.checked_rem(right).map_or(Answer::Null, Answer::Whole),
        },
        (left, right) => {
            let (left, right) = (number(&left), number(&right));
            match operator {
                Arithmetic::Add => Answer::Real(left + right),
                Arithmetic::Subtract => Answer::Real(left - right),
                Arithmetic::Multiply => Answer::Real(left * right),
                Arithmetic::Divide | Arithmetic::Modulo if right == 0.0 => Answer::Null,
                Arithmetic::Divide => Answer::Real(left / right),
                Arithmetic::Modulo => Answer::Real(left % right),
            }
        }
    }
}

fn call(function: Function, arguments: &[Answer]) -> Answer {
    if arguments.contains(&Answer::Null) {
        return Answer::Null;
    }
    match (function, arguments) {
        (Function::StartsWith, [Answer::Text(text), Answer::Text(part)]) => {
            Answer::Truth(text.to_lowercase().starts_with(&part.to_lowercase()))
        }
        (Function::Contains, [Answer::Text(text), Answer::Text(part)]) => {
            Answer::Truth(text.to_lowercase().contains(&part.to_lowercase()))
        }
        (Function::Length, [Answer::Text(text)]) => Answer::Whole(text.encode_utf16().count() as i64),
        (Function::ToUpper, [Answer::Text(text)]) => Answer::Text(text.to_uppercase()),
        (Function::Concat, [Answer::Text(left), Answer::Text(right)]) => Answer::Text(format!("{left}{right}")),
        (Function::IndexOf, [Answer::Text(text), Answer::Text(part)]) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            let part: Vec<u16> = part.encode_utf16().collect();
            let found = (0..=units.len()).find(|at| units.get(*at..).unwrap().starts_with(&part));
            Answer::Whole(found.map_or(-1, |at| at as i64))
        }
        (Function::Year | Function::Month | Function::Second, [Answer::Time(instant)]) => {
            let text = instant.to_string();
            let part = match function {
                Function::Year => &text[..4],
                Function::Month => &text[5..7],
                _ => &text[17..19],
            };
            Answer::Whole(part.parse().unwrap())
        }
        (Function::Floor | Function::Ceiling | Function::Round, [Answer::Whole(number)]) => Answer::Whole(*number),
        (Function::Floor, [Answer::Real(number)]) => Answer::Real(number.floor()),
        (Function::Ceiling, [Answer::Real(number)]) => Answer::Real(number.ceil()),
        (Function::Round, [Answer::Real(number)]) => {
            Answer::Real(if *number < 0.0 { (number - 0.5).ceil() } else { (number + 0.5).floor() })
        }
        (function, arguments) => panic!("{function:?} of {arguments:?} is not generated"),
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "A", "ab", "bA", "é", "É", "\u{1f600}a", "a b", "1", "it's"])
        .prop_map(str::to_owned)
}

/// Halves and quarters, so that sums are exact whatever their order.
fn reals() -> impl Strategy<Value = f64> {
    (-20..20_i64).prop_map(|quarters| quarters as f64 / 4.0)
}

fn instants() -> impl Strategy<Value = Instant> {
    let texts = ["2024-05-06T07:08:09.1234567Z", "2024-05-06T07:08:09.1234568Z", "1999-12-31T23:59:59Z", "0001-01-01"];
    prop::sample::select(texts.map(|text| Instant::parse(text).unwrap()).to_vec())
}

fn member(name: &str) -> BoxedStrategy<Expression> {
    Just(Expression::Member(name.to_owned())).boxed()
}

fn literal<T: std::fmt::Debug + 'static>(
    values: impl Strategy<Value = T> + 'static,
    of: fn(T) -> Literal,
) -> BoxedStrategy<Expression> {
    values.prop_map(move |value| Expression::Literal(of(value))).boxed()
}

fn call_of(function: Function, arguments: Vec<BoxedStrategy<Expression>>) -> BoxedStrategy<Expression> {
    arguments.prop_map(move |arguments| Expression::Call(function, arguments)).boxed()
}

fn text_expressions(depth: u32) -> BoxedStrategy<Expression> {
    let leaf = prop_oneof![member("text"), literal(texts(), Literal::Text)].boxed();
    if depth == 0 {
        return leaf;
    }
    let inner = || text_expressions(depth - 1);
    let concatenated = [inner(), inner()].prop_map(|sides| Expression::Arithmetic(Arithmetic::Add, Box::new(sides)));
    prop_oneof![
        leaf,
        call_of(Function::ToUpper, vec![inner()]),
        call_of(Function::Concat, vec![inner(), inner()]),
        concatenated,
    ]
    .boxed()
}

fn number_expressions(depth: u32) -> BoxedStrategy<Expression> {
    let leaf = prop_oneof![
        member("integer"),
        member("real"),
        literal(-9..9_i64, Literal::Whole),
        literal(reals(), Literal::Real),
    ]
    .boxed();
    if depth == 0 {
        return leaf;
    }
    let inner = || number_expressions(depth - 1);
    let text = || text_expressions(depth - 1);
    let operators = prop::sample::select(Arithmetic::NAMES.map(|(_, operator)| operator).to_vec());
    let rounding = prop::sample::select(vec![Function::Floor, Function::Ceiling, Function::Round]);
    let parts = prop::sample::select(vec![Function::Year, Function::Month, Function::Second]);
    prop_oneof![
        leaf,
        (operators, [inner(), inner()]).prop_map(|(operator, sides)| Expression::Arithmetic(operator, Box::new(sides))),
        (rounding, inner()).prop_map(|(function, number)| Expression::Call(function, vec![number])),
        (parts, member("date")).prop_map(|(function, date)| Expression::Call(function, vec![date])),
        inner().prop_map(|number| Expression::Negate(Box::new(number))),
        call_of(Function::Length, vec![text()]),
        call_of(Function::IndexOf, vec![text(), text()]),
    ]
    .boxed()
}

fn conditions(depth: u32) -> BoxedStrategy<Expression> {
    let operators = || prop::sample::select(Comparison::NAMES.map(|(_, operator)| operator).to_vec());
    let dates = || prop_oneof![member("date"), literal(instants(), Literal::Time)];
    let sides = prop_oneof![
        [text_expressions(depth), text_expressions(depth)],
        [number_expressions(depth), number_expressions(depth)],
        [dates(), dates()],
        [member("boolean"), literal(any::<bool>(), Literal::Truth)],
    ];
    let comparison =
        (operators(), sides).prop_map(|(operator, sides)| Expression::Comparison(operator, Box::new(sides)));
    let tests = prop::sample::select(vec![Comparison::Equal, Comparison::NotEqual]);
    let names = prop::sample::select(vec!["text", "integer", "real", "boolean", "date"]);
    let nulls = (tests, names).prop_map(|(operator, name)| {
        let sides = [Expression::Member(name.to_owned()), Expression::Literal(Literal::Null)];
        Expression::Comparison(operator, Box::new(sides))
    });
    let found = prop_oneof![Just(Function::StartsWith), Just(Function::Contains)]
        .prop_flat_map(move |function| call_of(function, vec![text_expressions(depth), text_expressions(0)]));
    let leaf = prop_oneof![comparison, nulls, found, member("boolean"), member("integer")].boxed();
    if depth == 0 {
        return leaf;
    }
    let inner = move || conditions(depth - 1);
    prop_oneof![
        leaf,
        inner().prop_map(|condition| Expression::Not(Box::new(condition))),
        prop::collection::vec(inner(), 2..5).prop_map(Expression::All),
        prop::collection::vec(inner(), 2..5).prop_map(Expression::Any),
    ]
    .boxed()
}

prop_compose! {
    fn rows()(
        text in prop::option::of(texts()),
        integer in prop::option::of(-9..9_i64),
        real in prop::option::of(reals()),
        boolean in prop::option::of(any::<bool>()),
        date in prop::option::of(instants()),
    ) -> Row {
        Row { text, integer, real, boolean, date }
    }
}

fn answer_of_sqlite(connection: &Connection, filter: &Expression, row: &Row) -> Option<bool> {
    let extract = |name: &str| {
        let column_type = name.parse()?;
        Ok(Column { sql: format!("json_extract(soup, '$.{name}')"), column_type })
    };
    let Sql { text, parameters } = condition(filter, &extract).unwrap();
    let query = format!("SELECT {text} FROM (SELECT ? AS soup)");
    functions::provide(connection, &query).unwrap();
    let bound = parameters.into_iter().chain([Value::Text(row.entry())]);
    connection.query_row(&query, rusqlite::params_from_iter(bound), |row| row.get(0)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn sqlite_answers_as_the_interpreter(filter in conditions(2), row in rows()) {
        let connection = Connection::open_in_memory().unwrap();
        prop_assert_eq!(answer_of_sqlite(&connection, &filter, &row), truth(interpret(&filter, &row)));
    }
}
