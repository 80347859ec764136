//! What can go wrong between the pages in memory and the records at rest.

/// Why pages could not be loaded or committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The key does not open the store.
    #[error("the key does not open store '{store}': {hint}")]
    WrongKey {
        /// The store's name.
        store: String,
        /// What to try instead.
        hint: String,
    },
    /// A record at rest is missing, cut, or not the one that was written.
    #[error("store '{store}' is damaged ({what}): restore an export of it, or remove it and pull its data again")]
    Damaged {
        /// The store's name.
        store: String,
        /// Which record, and what is wrong with it.
        what: String,
    },
    /// The browser's quota or the disk is used up.
    #[error(
        "storage is full: nothing of this write was kept; free some space or ask for a larger quota, then try again"
    )]
    Full,
    /// The browser refuses to store anything: private mode, a blocked origin, or no IndexedDB at all.
    #[error("storage is refused ({0}): allow this page to keep data, or leave private browsing")]
    Refused(String),
    /// A file that is no export of a store, or not the whole of one.
    #[error("this is not a whole export of a store ({0}): nothing was changed; take another copy of the file")]
    BadExport(String),
    /// A newer version of this software wrote the store.
    #[error("store '{store}' has format {found}, and this version reads up to {known}: update the app")]
    Newer {
        /// The store's name.
        store: String,
        /// Its format.
        found: u32,
        /// The newest format that this version reads.
        known: u32,
    },
    /// The store was deleted while it was open, by the browser or by another tab.
    #[error("store '{0}' has been deleted while it was open: open it again and pull its data anew")]
    Gone(String),
    /// Another tab folded the store or changed its key while this one was reading it by an older manifest. What was
    /// being done has left nothing, and can be done again as soon as the new one is taken over.
    #[error("store '{0}' was rewritten by another tab while it was being read: try again")]
    Stale(String),
    /// The connection to the storage broke; opening it again did not help, or did not show what had become of a write.
    #[error(
        "the connection to storage was lost ({0}): a write that was under way may or may not have been kept; reload the \
         page, and write again what is missing"
    )]
    Lost(String),
    /// Anything else that the storage or the cipher reports.
    #[error("storage failed: {0}")]
    Storage(String),
}

impl Error {
    /// Why it cannot be seen what became of a write whose connection was lost.
    pub(super) fn unseen(self) -> Self {
        match self {
            Self::Lost(_) => self,
            error => Self::Lost(error.to_string()),
        }
    }

    /// The short name that JavaScript's `error.code` carries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongKey { .. } => "WRONG_KEY",
            Self::Damaged { .. } => "STORE_DAMAGED",
            Self::BadExport(_) => "BAD_EXPORT",
            Self::Full => "STORAGE_FULL",
            Self::Refused(_) => "STORAGE_REFUSED",
            Self::Newer { .. } => "STORE_NEWER",
            Self::Gone(_) => "STORE_GONE",
            Self::Stale(_) => "STORE_STALE",
            Self::Lost(_) => "STORAGE_LOST",
            Self::Storage(_) => "STORAGE_FAILED",
        }
    }
}
