//! See [`dumpstream_fuzz::cut`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dumpstream_fuzz::cut(data));
