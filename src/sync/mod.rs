//! The operation queue, push, pull, purge and conflicts. Knows no backend.
