package dev.tandem.version;

/// What one direction of a step loses of one field.
///
/// @param field its path in the version that is left; `[]` stands for each item of a list
/// @param why in one phrase
public record Lost(String field, String why) {}
