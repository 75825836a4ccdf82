package dev.tandem.plan;

import dev.tandem.event.PayloadSchemas;
import dev.tandem.spec.RegistrySpec;
import dev.tandem.streams.RegistryPatience;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.SchemaRegistryClient;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The schemas of payloads, from a schema registry that is not reached before the first is asked
/// for. Thread-safe.
///
/// 1. A schema is asked for once.
/// 2. A registry that is away is asked again for a while, and then it is thrown that it is away: no
///    event is refused for it.
/// 3. An id that it does not know, or that is of no schema in Avro, is refused, and not asked for
///    again for [#UNKNOWN]: it may come, but not for every event.
final class PayloadRegistry implements PayloadSchemas {
  private static final Duration UNKNOWN = Duration.ofMinutes(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Of more unknown ids nothing is kept.
  private static final int MOST = 10_000;

  private final Supplier<Registry> opening;
  private final RegistryPatience patience;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<Integer, Schema> known = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Refused> refused = new ConcurrentHashMap<>();

  private @Nullable Registry registry;

  private record Refused(String reason, long since) {}

  PayloadRegistry(Supplier<Registry> opening, RegistryPatience patience, LongSupplier nanos) {
    this.opening = opening;
    this.patience = patience;
    this.nanos = nanos;
  }

  static PayloadRegistry of(RegistrySpec spec) {
    return new PayloadRegistry(
        () -> new SchemaRegistryClient(RegistryConfig.of(spec.all())),
        new RegistryPatience(LIMIT, Thread::sleep),
        System::nanoTime);
  }

  @Override
  public Schema byId(int id) {
    Schema schema = known.get(id);
    if (schema != null) {
      return schema;
    }
    Refused before = refused.get(id);
    if (before != null && nanos.getAsLong() - before.since < UNKNOWN.toNanos()) {
      throw refusal(before.reason);
    }
    try {
      schema = patience.ask(() -> registry().byId(id));
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.UNAVAILABLE) {
        throw e;
      }
      String reason = reason(id, e);
      if (refused.size() >= MOST) {
        refused.clear();
      }
      refused.put(id, new Refused(reason, nanos.getAsLong()));
      throw refusal(reason);
    }
    known.put(id, schema);
    return schema;
  }

  private static String reason(int id, RegistryException e) {
    return e.kind() == RegistryException.Kind.UNKNOWN_ID
        ? "expected a schema id of the registry that the spec names, found "
            + id
            + ", which it does not know; fix: name the registry that the application writes to in"
            + " 'registry', or restore the schema there under this id, and write the event once more"
        : "expected schema id "
            + id
            + " to be of a schema in Avro, found that it is of none; fix: write the event in Avro";
  }

  private static MappingException refusal(String reason) {
    return new MappingException("payload", reason);
  }

  private synchronized Registry registry() {
    Registry open = registry;
    if (open == null) {
      open = opening.get();
      registry = open;
    }
    return open;
  }
}
