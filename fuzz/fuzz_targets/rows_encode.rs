//! See [`dumpstream_fuzz::rows_encode`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dumpstream_fuzz::rows_encode(data));
