//! Secrets do not reach the record.
