//! Soups: JSON documents with indexes.
