/// The embedded stack: a Kafka broker, two Postgres servers and a schema registry, started from
/// Maven artifacts in a directory of their own, so that nothing needs an installation.
///
/// Promises: what is started keeps its data and its ports in its directory; closing stops it
/// cleanly; a stack that was killed can be started again on the same directory. For development,
/// tests and the demo: one node of each, listening on 127.0.0.1 only.
///
/// May not depend on the pipeline: the other modules are used through it, never by it.
@NullMarked
package dev.tandem.stack;

import org.jspecify.annotations.NullMarked;
