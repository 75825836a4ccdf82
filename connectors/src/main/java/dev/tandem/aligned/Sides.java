package dev.tandem.aligned;

import dev.tandem.plan.DomainPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.wire.Registry;
import java.util.Map;

/// What is to be brought to one position.
///
/// @param live the domain as its live generation is fed
/// @param kafka client properties as the user gave them
public record Sides(
    DomainPlan live,
    PostgresAccess legacy,
    PostgresAccess target,
    Map<String, Object> kafka,
    Registry registry) {
  public Sides {
    kafka = Map.copyOf(kafka);
  }
}
