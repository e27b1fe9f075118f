//! The `dumpstream` command.
fn main() {}
