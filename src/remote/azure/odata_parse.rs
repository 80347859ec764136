//! OData filter text to an [`Expression`]: the one place where a filter is read, whether an app wrote it, the face
//! wrote it from a function, or a pull added to it.
//!
//! The grammar is that of OData v2 as Azure Mobile Apps' backend reads it (unary operators bind tightest, so that
//! `not a eq b` is `(not a) eq b`), and OData v4's `contains`, `cast(…,Edm.DateTimeOffset)` and dates without quotes.
//! The stack is explicit: an `in` with ten thousand values is ten thousand parentheses deep.

use super::error::Error;
use super::expression::{Arithmetic, Comparison, Expression, Function, Literal};
use super::instant::Instant;
use super::odata_lex::{Lexer, Token};

/// How deep an expression may nest, chains of `and` and `or` apart.
const DEEPEST: usize = 200;

/// Reads a filter.
///
/// ```
/// use tureen::remote::azure::{Comparison, Expression, Literal, parse_filter};
/// let filter = parse_filter("(text eq 'it''s')").unwrap();
/// let sides = [Expression::Member("text".into()), Expression::Literal(Literal::Text("it's".into()))];
/// assert_eq!(filter, Expression::Comparison(Comparison::Equal, Box::new(sides)));
/// ```
///
/// # Errors
/// [`Error::Filter`], which says what was expected and where.
pub fn parse_filter(text: &str) -> Result<Expression, Error> {
    Parser { lexer: Lexer::new(text), stack: Vec::new(), operands: Vec::new() }.filter()
}

/// What waits on the stack for its last operand.
enum Pending {
    Group(usize),
    Call(Function, Order, Vec<Operand>, usize),
    Cast(usize),
    Prefix(Prefix),
    Infix(Infix),
}

#[derive(Clone, Copy)]
enum Prefix {
    Not,
    Negate,
}

#[derive(Clone, Copy)]
enum Infix {
    Or,
    And,
    Comparison(Comparison),
    Arithmetic(Arithmetic),
}

/// `substringof` and `contains` are one function with its arguments the other way round.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Written,
    Reversed,
}

/// An expression and how deep it nests.
struct Operand {
    expression: Expression,
    depth: usize,
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    stack: Vec<Pending>,
    operands: Vec<Operand>,
}

impl Parser<'_> {
    fn filter(mut self) -> Result<Expression, Error> {
        loop {
            self.operand()?;
            if let Some(filter) = self.operators()? {
                return Ok(filter);
            }
        }
    }

    /// Reads on until an operand is complete.
    fn operand(&mut self) -> Result<(), Error> {
        loop {
            let (token, at) = self.lexer.next()?;
            let literal = match token {
                Token::Open => {
                    self.stack.push(Pending::Group(at));
                    continue;
                }
                Token::Minus => {
                    self.stack.push(Pending::Prefix(Prefix::Negate));
                    continue;
                }
                Token::Word(word) if word == "not" => {
                    self.stack.push(Pending::Prefix(Prefix::Not));
                    continue;
                }
                Token::Word(word) => {
                    if self.word(word, at)? {
                        return Ok(());
                    }
                    continue;
                }
                Token::Text(text) => Literal::Text(text),
                Token::Whole(number) => Literal::Whole(number),
                Token::Real(number) => Literal::Real(number),
                Token::Time(instant) => Literal::Time(instant),
                Token::Typed(name, text) => self.typed(&name, &text, at)?,
                Token::Close | Token::Comma | Token::End => return Err(self.lexer.error("Expression expected", at)),
            };
            self.push(Expression::Literal(literal));
            return Ok(());
        }
    }

    /// A keyword or a column, which are operands, or the start of a call, which is none yet.
    fn word(&mut self, word: String, at: usize) -> Result<bool, Error> {
        if infix(&word).is_some() {
            return Err(self.lexer.error("Expression expected", at));
        }
        if self.lexer.is_before_open() {
            let call = self.call_of(&word, at)?;
            self.lexer.next()?;
            self.stack.push(call);
            return Ok(false);
        }
        self.push(match word.as_str() {
            "null" => Expression::Literal(Literal::Null),
            "true" => Expression::Literal(Literal::Truth(true)),
            "false" => Expression::Literal(Literal::Truth(false)),
            _ => Expression::Member(word),
        });
        Ok(true)
    }

    fn call_of(&self, word: &str, at: usize) -> Result<Pending, Error> {
        let own = Function::NAMES.iter().find(|(name, _)| *name == word);
        Ok(match (word, own) {
            ("cast", _) => Pending::Cast(at),
            ("contains", _) => Pending::Call(Function::Contains, Order::Written, Vec::new(), at),
            (_, Some((_, Function::Contains))) => Pending::Call(Function::Contains, Order::Reversed, Vec::new(), at),
            (_, Some((_, function))) => Pending::Call(*function, Order::Written, Vec::new(), at),
            _ => return Err(self.lexer.error(format!("Unknown function '{word}'"), at)),
        })
    }

    fn typed(&self, name: &str, text: &str, at: usize) -> Result<Literal, Error> {
        let known = matches!(name, "datetime" | "datetimeoffset");
        let instant = Instant::parse(text).filter(|_| known);
        instant
            .map(Literal::Time)
            .ok_or_else(|| self.lexer.error(format!("Invalid '{name}' type creation expression"), at))
    }

    /// Reads closing parentheses and the next operator, and gives the filter at its end.
    fn operators(&mut self) -> Result<Option<Expression>, Error> {
        loop {
            let (token, at) = self.lexer.next()?;
            match token {
                Token::Word(word) => {
                    let operator = infix(&word).ok_or_else(|| self.lexer.error("Syntax error", at))?;
                    self.reduce(operator.binds())?;
                    self.stack.push(Pending::Infix(operator));
                    return Ok(None);
                }
                Token::Close => self.close(at)?,
                Token::Comma => {
                    if self.comma(at)? {
                        return Ok(None);
                    }
                }
                Token::End => return self.end(at).map(Some),
                _ => return Err(self.lexer.error("Syntax error", at)),
            }
        }
    }

    fn close(&mut self, at: usize) -> Result<(), Error> {
        self.reduce(0)?;
        match self.stack.pop() {
            Some(Pending::Group(_)) => Ok(()),
            Some(Pending::Call(function, order, mut arguments, start)) => {
                arguments.extend(self.operands.pop());
                self.call(function, order, arguments, start)
            }
            _ => Err(self.lexer.error("Syntax error", at)),
        }
    }

    /// After the comma of a call an operand follows; after that of a cast, its type, which is read here.
    fn comma(&mut self, at: usize) -> Result<bool, Error> {
        self.reduce(0)?;
        match self.stack.last_mut() {
            Some(Pending::Call(_, _, arguments, _)) => {
                arguments.extend(self.operands.pop());
                Ok(true)
            }
            Some(Pending::Cast(start)) => {
                let start = *start;
                self.stack.pop();
                self.cast(start).map(|()| false)
            }
            _ => Err(self.lexer.error("Syntax error", at)),
        }
    }

    /// `cast(time,Edm.DateTimeOffset)`, which is the time.
    fn cast(&mut self, at: usize) -> Result<(), Error> {
        let (target, _) = self.lexer.next()?;
        let (close, _) = self.lexer.next()?;
        let time = matches!(&target, Token::Word(name) if name == "Edm.DateTimeOffset") && close == Token::Close;
        let literal =
            matches!(self.operands.last(), Some(Operand { expression: Expression::Literal(Literal::Time(_)), .. }));
        if time && literal {
            Ok(())
        } else {
            Err(self.lexer.error("Only dates can be cast, to Edm.DateTimeOffset", at))
        }
    }

    fn call(&mut self, function: Function, order: Order, mut arguments: Vec<Operand>, at: usize) -> Result<(), Error> {
        let arity = function.arity();
        if !arity.contains(&arguments.len()) {
            let (least, most) = (*arity.start(), *arity.end());
            let wanted = if least == most { most.to_string() } else { format!("{least} or {most}") };
            let known = Function::NAMES.iter().find(|(_, known)| *known == function).map_or("", |(name, _)| name);
            let noun = if most == 1 { "parameter" } else { "parameters" };
            return Err(self.lexer.error(format!("Function '{known}' requires {wanted} {noun}."), at));
        }
        if order == Order::Reversed {
            arguments.reverse();
        }
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        let arguments = arguments.into_iter().map(|argument| argument.expression).collect();
        self.nest(Expression::Call(function, arguments), depth)
    }

    fn end(&mut self, at: usize) -> Result<Expression, Error> {
        self.reduce(0)?;
        match (self.stack.pop(), self.operands.pop()) {
            (None, Some(Operand { expression, .. })) => Ok(expression),
            (Some(Pending::Group(open) | Pending::Call(_, _, _, open) | Pending::Cast(open)), _) => {
                Err(self.lexer.error("')' or operator expected", open))
            }
            _ => Err(self.lexer.error("Syntax error", at)),
        }
    }

    /// Applies the operators on the stack that bind at least as tightly as `least`.
    fn reduce(&mut self, least: u8) -> Result<(), Error> {
        loop {
            match self.stack.last() {
                Some(Pending::Prefix(prefix)) => {
                    let prefix = *prefix;
                    self.stack.pop();
                    self.apply_prefix(prefix)?;
                }
                Some(Pending::Infix(infix)) if infix.binds() >= least => {
                    let infix = *infix;
                    self.stack.pop();
                    self.apply_infix(infix)?;
                }
                _ => return Ok(()),
            }
        }
    }

    fn apply_prefix(&mut self, prefix: Prefix) -> Result<(), Error> {
        let Operand { expression, depth } = self.pop()?;
        match (prefix, expression) {
            (Prefix::Negate, Expression::Literal(Literal::Whole(number))) => {
                self.push(Expression::Literal(Literal::Whole(-number)));
                Ok(())
            }
            (Prefix::Negate, Expression::Literal(Literal::Real(number))) => {
                self.push(Expression::Literal(Literal::Real(-number)));
                Ok(())
            }
            (Prefix::Negate, expression) => self.nest(Expression::Negate(Box::new(expression)), depth),
            (Prefix::Not, expression) => self.nest(Expression::Not(Box::new(expression)), depth),
        }
    }

    fn apply_infix(&mut self, infix: Infix) -> Result<(), Error> {
        let right = self.pop()?;
        let left = self.pop()?;
        let depth = left.depth_in(infix).max(right.depth_in(infix));
        let (left, right) = (left.expression, right.expression);
        let expression = match infix {
            Infix::And => left.and(right),
            Infix::Or => left.or(right),
            Infix::Comparison(operator) => Expression::Comparison(operator, Box::new([left, right])),
            Infix::Arithmetic(operator) => Expression::Arithmetic(operator, Box::new([left, right])),
        };
        self.nest(expression, depth)
    }

    fn push(&mut self, expression: Expression) {
        self.operands.push(Operand { expression, depth: 0 });
    }

    fn pop(&mut self) -> Result<Operand, Error> {
        self.operands.pop().ok_or_else(|| self.lexer.error("Expression expected", 0))
    }

    fn nest(&mut self, expression: Expression, depth: usize) -> Result<(), Error> {
        if depth >= DEEPEST {
            return Err(self.lexer.error(format!("A filter may nest {DEEPEST} levels deep"), 0));
        }
        self.operands.push(Operand { expression, depth: depth + 1 });
        Ok(())
    }
}

impl Operand {
    /// How deep it nests as a side of `infix`: a chain that goes on is not a level of its own.
    fn depth_in(&self, infix: Infix) -> usize {
        match (infix, &self.expression) {
            (Infix::And, Expression::All(_)) | (Infix::Or, Expression::Any(_)) => self.depth.saturating_sub(1),
            _ => self.depth,
        }
    }
}

impl Infix {
    fn binds(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Comparison(_) => 3,
            Self::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => 4,
            Self::Arithmetic(_) => 5,
        }
    }
}

fn infix(word: &str) -> Option<Infix> {
    match word {
        "or" => Some(Infix::Or),
        "and" => Some(Infix::And),
        _ => {
            let comparison = Comparison::NAMES.iter().find(|(name, _)| *name == word);
            let arithmetic = Arithmetic::NAMES.iter().find(|(name, _)| *name == word);
            comparison
                .map(|(_, operator)| Infix::Comparison(*operator))
                .or_else(|| arithmetic.map(|(_, operator)| Infix::Arithmetic(*operator)))
        }
    }
}

#[cfg(test)]
#[path = "odata_parse_tests.rs"]
mod tests;
