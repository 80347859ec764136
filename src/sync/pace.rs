//! When a queue is tried again: the clock, the dice, the network's state, and the waiting that grows.

use super::backend::{BackendError, Fault};
use super::conflict::Failure;
use futures::future::LocalBoxFuture;

/// The world around a drain, so that tests can be its clock and its network.
pub trait Pace {
    /// Milliseconds of this device's clock.
    fn now(&self) -> i64;

    /// Resolves after so many milliseconds.
    fn sleep(&self, milliseconds: u64) -> LocalBoxFuture<'static, ()>;

    /// A number from 0 up to 1.
    fn random(&self) -> f64;

    /// Whether the device says that it has a network. That may be one that leads nowhere.
    fn online(&self) -> bool;

    /// Whether the backend's own network is behind it, and no portal that answers in its place.
    fn probe(&self) -> LocalBoxFuture<'_, bool>;
}

/// How the waiting grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait at most, in milliseconds.
    pub first: u64,
    /// The longest one.
    pub longest: u64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: 1_000, longest: 300_000 }
    }
}

impl Backoff {
    /// How long to wait after the try `tries`, counted from 1: twice as long each time, of which `random`, from 0 to 1,
    /// leaves between half and all, so that devices which failed together do not come back together. Never shorter than
    /// the backend asks for.
    pub fn after(&self, tries: u32, random: f64, asked: Option<u64>) -> u64 {
        let doubled = self.first.saturating_mul(1u64.checked_shl(tries.saturating_sub(1)).unwrap_or(u64::MAX));
        let most = doubled.min(self.longest);
        let wait = most / 2 + ((most - most / 2) as f64 * random) as u64;
        wait.max(asked.unwrap_or(0))
    }
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// The network's, the server's as a whole, or a login that has run out: the change may wait for ever.
    World,
    /// The server's answer to this very change, which may be another one the next time.
    Answer,
    /// The change's own: it will be refused each time.
    Change,
}

/// Whose fault a failure is. A gateway's 502, 503 and 504 and a 429 say that nobody is served, so that they cost no
/// change its life; 511 is a portal's.
pub(super) fn blame(failure: &Failure) -> Blame {
    let Failure::Failed(BackendError { fault, .. }) = failure else { return Blame::Change };
    match fault {
        Fault::Unreachable | Fault::Status(401 | 407 | 425 | 429 | 502 | 503 | 504 | 511) => Blame::World,
        Fault::Malformed | Fault::Status(408 | 500..) => Blame::Answer,
        Fault::Refused | Fault::Status(_) => Blame::Change,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waiting_doubles_up_to_its_bound_and_is_never_shorter_than_asked() {
        let backoff = Backoff { first: 1_000, longest: 60_000 };
        let longest: Vec<_> = (1..=8).map(|tries| backoff.after(tries, 1.0, None)).collect();
        assert_eq!(longest, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(backoff.after(3, 0.0, None), 2_000, "half of it at least");
        assert_eq!(backoff.after(1, 0.5, Some(90_000)), 90_000);
        assert_eq!(backoff.after(u32::MAX, 1.0, None), 60_000);
    }

    #[test]
    fn only_what_the_change_itself_is_refused_for_kills_it_at_once() {
        let of = |fault| blame(&Failure::Failed(BackendError::new(fault, "")));
        for status in [401, 429, 503] {
            assert_eq!(of(Fault::Status(status)), Blame::World, "{status}");
        }
        assert_eq!((of(Fault::Unreachable), of(Fault::Status(500))), (Blame::World, Blame::Answer));
        assert_eq!((of(Fault::Malformed), of(Fault::Status(422))), (Blame::Answer, Blame::Change));
    }
}
