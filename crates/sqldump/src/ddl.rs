//! Reading and splitting CREATE TABLE, by tokens and spans.
