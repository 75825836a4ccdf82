package dev.tandem.api;

import dev.tandem.spec.HttpSpec.Access;

/// Who calls, as far as that is proven.
///
/// @param name a token's name, or `jwt:` and the subject of a JWT
record Caller(String name, Access access) {}
