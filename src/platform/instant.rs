//! Points in time at the precision of the server: 100 nanoseconds, where JavaScript's `Date` has a millisecond.
//!
//! The stored text, `YYYY-MM-DDTHH:MM:SS.fffffffZ`, has one width, so that the order of texts is the order of times and
//! two rows that differ by less than a millisecond stay apart (the original client rounded, and lost rows in a pull).

use std::fmt;

const TICKS_A_MILLISECOND: i64 = 10_000;
const TICKS_A_SECOND: i64 = 10_000_000;
const SECONDS_A_DAY: i64 = 86_400;
/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970.
const SECONDS: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// A point in time, in the years 0000 to 9999.
///
/// ```
/// use tureen::platform::instant::Instant;
/// let instant = Instant::parse("2024-02-29T23:30:00.12395+01:00").unwrap();
/// assert_eq!(instant.to_string(), "2024-02-29T22:30:00.1239500Z");
/// assert_eq!(instant.milliseconds(), 1_709_245_800_123);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// 100 ns steps since 1970.
    ticks: i64,
}

impl Instant {
    /// The time `milliseconds` after 1970 as JavaScript counts, or nothing outside of the years 0000 to 9999.
    pub fn from_milliseconds(milliseconds: i64) -> Option<Self> {
        let seconds = milliseconds.div_euclid(1000);
        SECONDS.contains(&seconds).then_some(Self { ticks: milliseconds.saturating_mul(TICKS_A_MILLISECOND) })
    }

    /// What `Date.getTime()` gives for it: the fraction of a millisecond is cut off.
    pub fn milliseconds(self) -> i64 {
        self.ticks.div_euclid(TICKS_A_MILLISECOND)
    }

    /// The next point in time that can be told apart.
    pub fn next(self) -> Self {
        Self { ticks: self.ticks + 1 }
    }

    /// Reads ISO 8601: `YYYY-MM-DD`, or that with `Thh:mm`, seconds, a fraction and an offset.
    ///
    /// No offset means UTC, as the servers do. Digits of the fraction after the seventh are cut off: no server has them.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.as_bytes() };
        let day = reader.day()?;
        let (clock, ticks) = if reader.rest.is_empty() { (0, 0) } else { reader.clock()? };
        let seconds = day * SECONDS_A_DAY + clock - reader.offset()?;
        let whole = reader.rest.is_empty() && SECONDS.contains(&seconds);
        whole.then_some(Self { ticks: seconds * TICKS_A_SECOND + ticks })
    }

    /// ISO 8601 as servers are told it: to the millisecond, where that says it all, as JavaScript does.
    pub fn to_wire_text(self) -> String {
        let exact = self.ticks % TICKS_A_MILLISECOND == 0;
        if exact { self.to_millisecond_text() } else { self.to_string() }
    }

    /// ISO 8601 to the millisecond, as JavaScript's `toISOString` writes it.
    pub fn to_millisecond_text(self) -> String {
        let mut text = self.to_string();
        text.truncate("YYYY-MM-DDTHH:MM:SS.fff".len());
        text.push('Z');
        text
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.ticks.div_euclid(TICKS_A_SECOND);
        let fraction = self.ticks.rem_euclid(TICKS_A_SECOND);
        let (year, month, day) = date_of(seconds.div_euclid(SECONDS_A_DAY));
        let clock = seconds.rem_euclid(SECONDS_A_DAY);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:07}Z")
    }
}

struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    fn day(&mut self) -> Option<i64> {
        let year = self.number(4)?;
        self.byte(b'-')?;
        let month = self.number(2)?;
        self.byte(b'-')?;
        let day = self.number(2)?;
        let known = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        known.then(|| day_number(year, month, day))
    }

    /// Seconds of the day and the ticks beyond.
    fn clock(&mut self) -> Option<(i64, i64)> {
        self.byte(b'T').or_else(|| self.byte(b't')).or_else(|| self.byte(b' '))?;
        let hour = self.number(2)?;
        self.byte(b':')?;
        let minute = self.number(2)?;
        let second = if self.byte(b':').is_some() { self.number(2)? } else { 0 };
        let ticks = if self.byte(b'.').is_some() { self.fraction()? } else { 0 };
        let known = hour < 24 && minute < 60 && second < 60;
        known.then_some((hour * 3600 + minute * 60 + second, ticks))
    }

    fn fraction(&mut self) -> Option<i64> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let kept: i64 = (0..7).fold(0, |sum, at| sum * 10 + self.rest.get(at).filter(|_| at < digits).map_or(0, digit));
        self.rest = self.rest.get(digits..)?;
        (digits > 0).then_some(kept)
    }

    /// Seconds east of Greenwich.
    fn offset(&mut self) -> Option<i64> {
        if self.rest.is_empty() || self.byte(b'Z').or_else(|| self.byte(b'z')).is_some() {
            return Some(0);
        }
        let sign = if self.byte(b'+').is_some() { 1 } else { self.byte(b'-').map(|()| -1)? };
        let hours = self.number(2)?;
        let _ = self.byte(b':');
        let minutes = if self.rest.is_empty() { 0 } else { self.number(2)? };
        (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == wanted).then(|| self.rest = rest)
    }

    fn number(&mut self, width: usize) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(width)?;
        let known = digits.iter().all(u8::is_ascii_digit);
        self.rest = rest;
        known.then(|| digits.iter().fold(0, |sum, byte| sum * 10 + digit(byte)))
    }
}

fn digit(byte: &u8) -> i64 {
    i64::from(byte - b'0')
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970 of a date of the Gregorian calendar. Years are counted from March, which puts the leap day last.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The inverse of [`day_number`].
fn date_of(day_number: i64) -> (i64, i64, i64) {
    let days = day_number + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> Option<String> {
        Instant::parse(text).map(|instant| instant.to_string())
    }

    #[test]
    fn every_form_of_a_server_becomes_the_stored_form() {
        for (text, stored) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.0000000Z"),
            ("2024-05-06", "2024-05-06T00:00:00.0000000Z"),
            ("2024-05-06T07:08", "2024-05-06T07:08:00.0000000Z"),
            ("2024-05-06T07:08:09.1Z", "2024-05-06T07:08:09.1000000Z"),
            ("2024-05-06T07:08:09.123Z", "2024-05-06T07:08:09.1230000Z"),
            ("2024-05-06T07:08:09.1234567Z", "2024-05-06T07:08:09.1234567Z"),
            ("2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09.1234567Z"),
            ("2024-05-06T07:08:09.5+00:00", "2024-05-06T07:08:09.5000000Z"),
            ("2024-01-01T00:30:00+0230", "2023-12-31T22:00:00.0000000Z"),
            ("2024-05-06 07:08:09-05", "2024-05-06T12:08:09.0000000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z"),
        ] {
            assert_eq!(normal(text).as_deref(), Some(stored), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-05-06T24:00:00Z",
            "2024-05-06T07:60Z",
            "2024-05-06T07:08:09.Z",
            "2024-05-06T07:08:09Zx",
            "2024-05-06T",
            "0000-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "not a date",
            "２０２４-05-06",
        ] {
            assert_eq!(normal(text), None, "{text}");
        }
    }

    #[test]
    fn the_wire_has_as_many_digits_as_are_needed() {
        for (text, wire) in [
            ("2024-05-06T07:08:09.1230000Z", "2024-05-06T07:08:09.123Z"),
            ("2024-05-06T07:08:09.1230001Z", "2024-05-06T07:08:09.1230001Z"),
            ("1969-12-31T23:59:59.9990000Z", "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Instant::parse(text).unwrap().to_wire_text(), wire);
        }
    }

    #[test]
    fn milliseconds_beyond_the_calendar_are_refused() {
        assert!(Instant::from_milliseconds(253_402_300_799_999).is_some());
        assert!(Instant::from_milliseconds(253_402_300_800_000).is_none());
        assert!(Instant::from_milliseconds(i64::MIN).is_none());
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod properties {
        use super::*;
        use proptest::prelude::*;

        fn instants() -> impl Strategy<Value = Instant> {
            (*SECONDS.start() * TICKS_A_SECOND..=*SECONDS.end() * TICKS_A_SECOND).prop_map(|ticks| Instant { ticks })
        }

        proptest! {
            #[test]
            fn the_stored_text_is_read_back_whole(instant in instants()) {
                prop_assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
            }

            #[test]
            fn texts_sort_as_times(left in instants(), right in instants()) {
                prop_assert_eq!(left.to_string().cmp(&right.to_string()), left.cmp(&right));
            }

            #[test]
            fn an_offset_moves_the_time_and_nothing_else(instant in instants(), hours in 0..24_i64, minutes in 0..60_i64) {
                let shift = hours * 3600 + minutes * 60;
                let text = instant.to_string().replace('Z', &format!("-{hours:02}:{minutes:02}"));
                let expected = SECONDS
                    .contains(&(instant.ticks.div_euclid(TICKS_A_SECOND) + shift))
                    .then(|| Instant { ticks: instant.ticks + shift * TICKS_A_SECOND });
                prop_assert_eq!(Instant::parse(&text), expected);
            }

            #[test]
            fn a_date_of_javascript_keeps_its_milliseconds(milliseconds in -62_167_219_200_000..=253_402_300_799_999_i64) {
                let instant = Instant::from_milliseconds(milliseconds);
                prop_assert_eq!(instant.map(Instant::milliseconds), Some(milliseconds));
            }

            #[test]
            fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
                let _ = Instant::parse(&text);
            }
        }
    }
}
