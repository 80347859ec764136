//! The key of a match query, limited to one path.

/// Puts `column:` before each word of the full-text query `key` (SmartStore spec, match).
///
/// Left as they are: AND, OR and NOT in any case, parentheses, and words that name their column already (`{…}`). More
/// than the original, a quoted phrase counts as one word, `NEAR(…)` too, and the parts of `one + two` belong together.
pub(super) fn qualify(column: &str, key: &str) -> String {
    let mut out = String::with_capacity(key.len() + column.len() * 2);
    let mut rest = key;
    let mut joined = false;
    while let Some(first) = rest.chars().next() {
        let length = word_length(rest, first);
        let Some((word, after)) = rest.split_at_checked(length) else { break };
        let is_word = !(first.is_whitespace() || matches!(first, '(' | ')'));
        if is_word {
            if !joined && !stands_alone(word) {
                out.push_str(column);
                out.push(':');
            }
            joined = word == "+";
        }
        out.push_str(word);
        rest = after;
    }
    out
}

fn stands_alone(word: &str) -> bool {
    word.starts_with('{') || word == "+" || ["and", "or", "not"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// How many bytes long the first piece of `rest` is: a parenthesis, white space, a phrase or a word.
fn word_length(rest: &str, first: char) -> usize {
    let until = |is_end: fn(char) -> bool| rest.find(is_end).unwrap_or(rest.len());
    match first {
        '(' | ')' => 1,
        '"' => phrase_length(rest),
        '{' => column_length(rest),
        _ if first.is_whitespace() => until(|other| !other.is_whitespace()),
        _ if rest.starts_with("NEAR(") => rest.find(')').map_or(rest.len(), |end| end + 1),
        _ => until(|other| other.is_whitespace() || matches!(other, '(' | ')' | '"')),
    }
}

/// The length of `{soup:path}:` with the word or phrase that follows it.
fn column_length(rest: &str) -> usize {
    let Some((column, after)) = rest.split_once("}:") else { return rest.len() };
    let word = after.chars().next().filter(|first| *first != '{').map_or(0, |first| word_length(after, first));
    column.len() + 2 + word
}

/// The length of `"a phrase"`; a doubled quote does not end it.
fn phrase_length(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '"' && characters.next_if(|(_, next)| *next == '"').is_none() {
            // A star right after the phrase belongs to it.
            return at + 1 + usize::from(rest.get(at + 1..).is_some_and(|after| after.starts_with('*')));
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::qualify;

    #[test]
    fn each_bare_word_is_limited_to_the_path() {
        let pairs = [
            ("abc", "{s:p}:abc"),
            ("abc def", "{s:p}:abc {s:p}:def"),
            ("abc AND def", "{s:p}:abc AND {s:p}:def"),
            ("abc or def", "{s:p}:abc or {s:p}:def"),
            ("abc NOT def", "{s:p}:abc NOT {s:p}:def"),
            ("(abc AND def) OR ghi", "({s:p}:abc AND {s:p}:def) OR {s:p}:ghi"),
            ("abc OR (def AND ghi)", "{s:p}:abc OR ({s:p}:def AND {s:p}:ghi)"),
            ("{s:q}:abc AND def", "{s:q}:abc AND {s:p}:def"),
            ("{s:q}:abc AND {s:r}:def", "{s:q}:abc AND {s:r}:def"),
            ("gr*", "{s:p}:gr*"),
            ("android", "{s:p}:android"),
            ("", ""),
        ];
        for (key, expected) in pairs {
            assert_eq!(qualify("{s:p}", key), expected);
        }
    }

    #[test]
    fn phrases_and_groups_of_words_stay_whole() {
        let pairs = [
            (r#""abc def" ghi"#, r#"{s:p}:"abc def" {s:p}:ghi"#),
            (r#""a ""b"" c"* d"#, r#"{s:p}:"a ""b"" c"* {s:p}:d"#),
            (r#"(abc "d e")"#, r#"({s:p}:abc {s:p}:"d e")"#),
            ("NEAR(abc def, 3) ghi", "{s:p}:NEAR(abc def, 3) {s:p}:ghi"),
            ("abc + def ghi", "{s:p}:abc + def {s:p}:ghi"),
            (r#"{s:q}:"abc d" def"#, r#"{s:q}:"abc d" {s:p}:def"#),
            ("{my soup:q}:abc def", "{my soup:q}:abc {s:p}:def"),
            ("{s:q", "{s:q"),
        ];
        for (key, expected) in pairs {
            assert_eq!(qualify("{s:p}", key), expected);
        }
    }
}
