//! Numbers of floating point, written as JavaScript writes them, and read.
//!
//! Most are decimals of few digits, for which one exact multiplication or division does. The others are left to the
//! machine underneath: in the module to JavaScript, because std's ways bring 20 KiB of tables with them.

/// The powers of ten that are exact.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// All whole numbers up to here are exact.
const EXACT: u64 = 1 << 53;

/// Of decimals with fewer digits than this, no two are the same number.
const DISTINCT: u64 = 1_000_000_000_000_000;

/// The text of `String(number)`.
pub fn text(number: f64) -> String {
    short_text(number).unwrap_or_else(|| any_text(number))
}

/// The text of a number that is a decimal of at most 15 digits.
fn short_text(number: f64) -> Option<String> {
    let size = number.abs();
    if size == 0.0 {
        return Some("0".to_owned());
    }
    if size < 1e-6 {
        return None;
    }
    for (places, power) in POWERS.iter().enumerate().take(18) {
        // Saturates, also for an infinity; and makes zero of NaN, which equals nothing below.
        let digits = (size * power + 0.5) as u64;
        if digits >= DISTINCT {
            return None;
        }
        if digits as f64 / power == size {
            let sign = if number < 0.0 { "-" } else { "" };
            let unit = 10_u64.pow(places as u32);
            let whole = digits / unit;
            return Some(match places {
                0 => format!("{sign}{whole}"),
                _ => format!("{sign}{whole}.{:0places$}", digits % unit),
            });
        }
    }
    None
}

#[cfg(target_arch = "wasm32")]
fn any_text(number: f64) -> String {
    // Only a radix that is none is refused.
    js_sys::Number::from(number).to_string_with_radix(10).map_or_else(|_| String::new(), String::from)
}

#[cfg(not(target_arch = "wasm32"))]
fn any_text(number: f64) -> String {
    if !number.is_finite() {
        let name = if number > 0.0 { "Infinity" } else { "-Infinity" };
        return if number.is_nan() { "NaN" } else { name }.to_owned();
    }
    if (1e-6..1e21).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

/// The number of a decimal text, which may have a sign, a fraction and an exponent. One that is too large is an infinity.
pub fn parse(text: &str) -> Option<f64> {
    let decimal = Decimal::read(text)?;
    Some(decimal.exact().unwrap_or_else(|| any_number(text)))
}

#[cfg(target_arch = "wasm32")]
fn any_number(text: &str) -> f64 {
    js_sys::Number::parse_float(text)
}

#[cfg(not(target_arch = "wasm32"))]
fn any_number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// A decimal text, taken apart.
struct Decimal {
    negative: bool,
    /// None when there are too many.
    digits: Option<u64>,
    exponent: i32,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (decimal, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((decimal, exponent)) => (decimal, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
        let mut digits = Some(0_u64);
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            let add = |digits: u64| digits.checked_mul(10)?.checked_add(u64::from(byte - b'0'));
            digits = digits.and_then(add);
        }
        let exponent = exponent.saturating_sub(i32::try_from(fraction.len()).unwrap_or(i32::MAX));
        let some = !whole.is_empty() || !fraction.is_empty();
        some.then_some(Self { negative: text.starts_with('-'), digits, exponent })
    }

    /// Its number, when one exact operation makes it.
    fn exact(&self) -> Option<f64> {
        let digits = self.digits.filter(|digits| *digits <= EXACT)? as f64;
        let power = *POWERS.get(self.exponent.unsigned_abs() as usize)?;
        let size = if self.exponent < 0 { digits / power } else { digits * power };
        Some(if self.negative { -size } else { size })
    }
}

/// An exponent, which saturates.
fn read_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i32::MAX);
    Some(if text.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (number, written) in [
            (0.0, "0"),
            (-0.0, "0"),
            (5.0, "5"),
            (-5.5, "-5.5"),
            (0.05, "0.05"),
            (0.1 + 0.2, "0.30000000000000004"),
            (999_999_999_999_999.0, "999999999999999"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (-1.5e300, "-1.5e+300"),
            (0.000_001, "0.000001"),
            (1e-7, "1e-7"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(text(number), written);
        }
    }

    #[test]
    fn what_is_no_decimal_is_no_number() {
        for none in ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", " 1", "1 ", "inf", "NaN", "1_0", "--1", "é"] {
            assert_eq!(parse(none), None, "{none}");
        }
        for (text, number) in
            [("1.", 1.0), (".5", 0.5), ("+7", 7.0), ("1E2", 100.0), ("-0", 0.0), ("1e999", f64::INFINITY)]
        {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        assert_eq!(parse("0e99999999999"), Some(0.0));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    fn finite() -> impl Strategy<Value = f64> {
        let decimal = (any::<i64>(), -30..30_i32).prop_map(|(digits, exponent)| format!("{digits}e{exponent}"));
        let short =
            (-1_000_000..1_000_000_i64, -9..9_i32).prop_map(|(digits, exponent)| format!("{digits}e{exponent}"));
        let number = prop_oneof![decimal, short].prop_map(|text| text.parse::<f64>().unwrap());
        prop_oneof![number, any::<f64>().prop_filter("finite", |number| number.is_finite())]
    }

    proptest! {
        #[test]
        fn the_short_way_writes_what_the_long_way_writes(number in finite()) {
            if let Some(short) = short_text(number).filter(|_| number != 0.0) {
                prop_assert_eq!(short, any_text(number));
            }
            prop_assert_eq!(parse(&text(number)), Some(number));
        }

        #[test]
        fn a_decimal_is_read_as_std_reads_it(text in "-?[0-9]{1,20}(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?") {
            prop_assert_eq!(parse(&text), text.parse().ok());
        }
    }
}
