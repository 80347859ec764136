//! The clock, randomness, event loop and text of the machine underneath: JavaScript's in wasm, the system's natively.

pub mod case;
pub mod instant;
pub mod number;
#[cfg(target_arch = "wasm32")]
pub mod tasks;
pub mod wait;

/// Milliseconds since 1970-01-01 UTC.
pub fn now_ms() -> i64 {
    #[cfg(target_arch = "wasm32")]
    return js_sys::Date::now() as i64;
    #[cfg(not(target_arch = "wasm32"))]
    return std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_millis() as i64);
}

/// `N` random bytes from the cryptographic generator of the platform.
///
/// # Errors
/// Only where the platform has no generator at all.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes)?;
    Ok(bytes)
}

/// A random (version 4) UUID in its usual lower-case text form.
///
/// # Errors
/// Only where the platform has no random generator.
pub fn uuid() -> Result<String, getrandom::Error> {
    let mut bytes: [u8; 16] = random()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

/// Runs `work` beside the caller where there is an event loop; natively, before this returns.
pub async fn beside(work: impl Future<Output = ()> + 'static) {
    #[cfg(target_arch = "wasm32")]
    tasks::spawn(work);
    #[cfg(not(target_arch = "wasm32"))]
    work.await;
}
