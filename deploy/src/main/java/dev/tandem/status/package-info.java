/// Where a migration stands, worked out from Kafka and the target alone, so that any machine can
/// ask.
@NullMarked
package dev.tandem.status;

import org.jspecify.annotations.NullMarked;
