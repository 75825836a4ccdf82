/// The migration's spec: YAML with positions, problems with file, line, cause and fix, and the
/// records that a correct spec becomes. May depend on the YAML parser, never on Kafka, JDBC or
/// HTTP.
@NullMarked
package dev.tandem.spec;

import org.jspecify.annotations.NullMarked;
