//! What SET and USE do to a session, so that statements may run later or on other connections.
