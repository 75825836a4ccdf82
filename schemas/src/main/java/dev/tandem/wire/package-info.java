/// What crosses a topic: envelope, markers, positions of contract records, dead letters, topic
/// names, framing and the registry client. The only package of this module that may use Kafka's
/// clients and HTTP.
@NullMarked
package dev.tandem.wire;

import org.jspecify.annotations.NullMarked;
