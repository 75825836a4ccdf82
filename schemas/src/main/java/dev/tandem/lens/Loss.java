package dev.tandem.lens;

/// What rolling back loses of one contract field.
///
/// @param field path of the contract field
/// @param what to be read after "rolling back loses": `the other parts of full_name`
public record Loss(String field, String what) {}
