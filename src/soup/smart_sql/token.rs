//! Smart SQL cut into the pieces that its rewriting must tell apart.

/// One piece; the pieces' texts put together are the whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, keyword or number.
    Word(&'a str),
    /// `'text'`, quotes included.
    Text(&'a str),
    /// `"name"`, `[name]` or `` `name` ``, quotes included.
    Quoted(&'a str),
    /// `{soup}` or `{soup:path}`: what is between the braces.
    Reference(&'a str),
    /// White space or a comment.
    Space(&'a str),
    /// Any other character.
    Symbol(char),
}

impl Token<'_> {
    /// Whether this is the keyword `word`, in any case.
    pub(super) fn is_word(self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own.eq_ignore_ascii_case(word))
    }

    /// Whether this is one of the keywords `words`, in any case.
    pub(super) fn is_any(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(word))
    }

    pub(super) fn is_space(self) -> bool {
        matches!(self, Self::Space(_))
    }
}

/// A token, and the number of the character that it starts at, counted as JavaScript counts, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed<'a> {
    pub(super) token: Token<'a>,
    pub(super) at: usize,
}

/// Cuts `sql` into its tokens.
pub(super) fn tokens(sql: &str) -> Vec<Placed<'_>> {
    let mut tokens = Vec::with_capacity(sql.len() / 4);
    let (mut rest, mut at) = (sql, 0);
    while let Some(first) = rest.chars().next() {
        let (length, kind) = measure(rest, first);
        let Some((piece, after)) = rest.split_at_checked(length) else { break };
        tokens.push(Placed { token: kind.token(piece, first), at });
        at += piece.encode_utf16().count();
        rest = after;
    }
    tokens
}

enum Kind {
    Word,
    Text,
    Quoted,
    Reference,
    Space,
    Symbol,
}

impl Kind {
    fn token(self, piece: &str, first: char) -> Token<'_> {
        match self {
            Self::Word => Token::Word(piece),
            Self::Text => Token::Text(piece),
            Self::Quoted => Token::Quoted(piece),
            Self::Reference => Token::Reference(inside(piece)),
            Self::Space => Token::Space(piece),
            Self::Symbol => Token::Symbol(first),
        }
    }
}

fn inside(braces: &str) -> &str {
    braces.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(braces)
}

/// How many bytes long the first token of `rest` is, and what it is.
fn measure(rest: &str, first: char) -> (usize, Kind) {
    let until = |is_end: fn(char) -> bool| rest.find(is_end).unwrap_or(rest.len());
    let past = |end: &str| rest.find(end).map_or(rest.len(), |start| start + end.len());
    match first {
        '\'' => (quoted_length(rest, '\''), Kind::Text),
        '"' | '`' => (quoted_length(rest, first), Kind::Quoted),
        '[' => (past("]"), Kind::Quoted),
        '-' if rest.starts_with("--") => (past("\n"), Kind::Space),
        '/' if rest.starts_with("/*") => (past("*/"), Kind::Space),
        '{' if rest.contains('}') => (past("}"), Kind::Reference),
        _ if first.is_whitespace() => (until(|other| !other.is_whitespace()), Kind::Space),
        _ if in_word(first) => (until(|other| !in_word(other)), Kind::Word),
        _ => (first.len_utf8(), Kind::Symbol),
    }
}

fn in_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$' || !character.is_ascii()
}

/// The length of a quoted piece; a doubled quote does not end it.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::Token::{Quoted, Reference, Space, Symbol, Text, Word};
    use super::*;

    fn cut(sql: &str) -> Vec<Token<'_>> {
        tokens(sql).into_iter().map(|placed| placed.token).collect()
    }

    #[test]
    fn each_kind_of_token_is_told_apart() {
        let expected = [Word("e1"), Symbol('.'), Reference("emp:a.b"), Symbol('='), Text("'it''s {x}'"), Space(" ")];
        assert_eq!(cut("e1.{emp:a.b}='it''s {x}' "), expected);
        assert_eq!(cut("\"a\"\"b\"[c]`d`"), [Quoted("\"a\"\"b\""), Quoted("[c]"), Quoted("`d`")]);
        assert_eq!(cut("-- {x}\n/* {y} */"), [Space("-- {x}\n"), Space("/* {y} */")]);
        assert_eq!(cut("{a}_fts"), [Reference("a"), Word("_fts")]);
        assert_eq!(cut("größe ?"), [Word("größe"), Space(" "), Symbol('?')]);
    }

    #[test]
    fn what_does_not_end_goes_to_the_end() {
        assert_eq!(cut("'a"), [Text("'a")]);
        assert_eq!(cut("'a''"), [Text("'a''")]);
        assert_eq!(cut("{a"), [Symbol('{'), Word("a")]);
        assert_eq!(cut("/* a"), [Space("/* a")]);
    }

    #[test]
    fn places_are_counted_as_javascript_counts() {
        let placed = tokens("'😀' {x}");
        assert_eq!(placed.last(), Some(&Placed { token: Reference("x"), at: 5 }));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_tokens_put_together_are_the_text(sql in "([a-c1.,;()'\"`\\[\\]{}:/*\\- \n]|😀|é|\\PC){0,40}") {
            let mut together = String::new();
            for Placed { token, at } in tokens(&sql) {
                prop_assert_eq!(at, together.encode_utf16().count());
                match token {
                    Token::Word(text) | Token::Text(text) | Token::Quoted(text) | Token::Space(text) => together += text,
                    Token::Reference(text) => together += &format!("{{{text}}}"),
                    Token::Symbol(symbol) => together.push(symbol),
                }
            }
            prop_assert_eq!(together, sql);
        }
    }
}
