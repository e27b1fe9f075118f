//! What kind of statement a text is, and which objects it is about.
