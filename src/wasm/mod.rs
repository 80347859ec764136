//! The surface that JavaScript calls: thin, no rules of its own.
