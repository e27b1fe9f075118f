//! The stages of the pipeline, in the order in which bytes pass them. Files are named after what they do.

pub(crate) mod cut;
pub(crate) mod decode;
pub(crate) mod fetch;
pub(crate) mod pieces;
pub(crate) mod selection;
pub(crate) mod shape;
pub(crate) mod sniff;
pub(crate) mod starts;
pub(crate) mod whole;
