package dev.tandem.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// How the payloads of an outbox table are written. Whatever it is, they are read as an object in
/// the terms of JSON, so that paths, types and what may be missing have one rule.
public sealed interface PayloadForm {
  PayloadForm JSON = new Json();

  /// The object that a payload is.
  ///
  /// @param payload as it is captured
  /// @param column of the payload, for messages
  /// @throws dev.tandem.plan.MappingException if it is none
  ObjectNode object(@Nullable Object payload, String column);

  /// The text of an object.
  record Json() implements PayloadForm {
    @Override
    public ObjectNode object(@Nullable Object payload, String column) {
      return PayloadReader.object(payload, column);
    }
  }

  /// A record in Avro's binary form behind the id of its schema.
  record Avro(PayloadSchemas schemas) implements PayloadForm {
    @Override
    public ObjectNode object(@Nullable Object payload, String column) {
      return AvroPayload.object(payload, schemas, column);
    }

    /// Whoever is asked for schemas, an id means the same.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Avro;
    }

    @Override
    public int hashCode() {
      return Avro.class.hashCode();
    }
  }
}
