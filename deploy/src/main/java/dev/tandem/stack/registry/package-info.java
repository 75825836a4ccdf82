/// A schema registry for the embedded stack: the part of the Confluent Schema Registry's REST API
/// that serde clients and operators use, for Avro.
///
/// Promises: an id names one schema for ever, also after its subject was deleted; what was answered
/// is in Kafka (topic `_schemas`, compacted). One server owns the topic at a time. No access
/// control and no TLS: it listens on 127.0.0.1 only.
///
/// The rule ([SchemaBook], [CompatibilityLevel]) knows neither Kafka nor HTTP.
@NullMarked
package dev.tandem.stack.registry;

import org.jspecify.annotations.NullMarked;
