package dev.tandem.plan;

import dev.tandem.version.Route;
import org.apache.avro.Schema;

/// A version of an entity's contract, beside the one it is translated to, that has a topic of its
/// own.
///
/// @param schema of that version
/// @param route from the version that the entity is translated to
public record PublishedVersion(int version, Schema schema, Route route) {
  public PublishedVersion {
    if (route.to() != version) {
      throw new IllegalArgumentException("a route to " + route.to() + " for version " + version);
    }
  }
}
