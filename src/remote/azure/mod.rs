//! Azure Mobile Apps and its successors.
