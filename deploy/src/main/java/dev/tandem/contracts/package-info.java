/// The contracts of a migration as a person asks for them: which versions there are, what differs
/// between two, and who still reads which. Reads the spec's files, and Kafka for the readers.
@NullMarked
package dev.tandem.contracts;

import org.jspecify.annotations.NullMarked;
