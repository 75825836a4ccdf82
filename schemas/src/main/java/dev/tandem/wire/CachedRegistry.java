package dev.tandem.wire;

import dev.tandem.wire.RegistryException.Kind;
import dev.tandem.wire.SchemaFile.Content;
import dev.tandem.wire.SchemaFile.Registered;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A registry whose answers are kept in a file, so that a process starts while the registry is
/// away. Thread-safe.
///
/// 1. The schema of an id is taken from the file without asking: an id never changes its meaning.
/// 2. The id of a schema under a subject is asked for, once, and taken from the file while the
///    registry is away.
/// 3. What was taken so is asked for when the registry is back ([#confirm]). A registry that does
///    not know an id that records were written with, or gives the schema another one, was wiped or
///    is another: that is a finding, and no schema is registered any more, so that ids of two
///    registries are never mixed.
public final class CachedRegistry implements Registry {
  private static final Logger LOG = LoggerFactory.getLogger(CachedRegistry.class);

  /// While it is away, it is asked again after so long.
  private static final Duration AWAY = Duration.ofSeconds(5);

  private final Registry registry;
  private final SchemaFile file;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<Registration, Integer> ids = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Schema> schemas = new ConcurrentHashMap<>();

  /// Those that the registry has said since this began.
  private final Set<Registration> said = ConcurrentHashMap.newKeySet();

  /// Those that were taken from the file instead.
  private final ConcurrentHashMap<Registration, Asking> taken = new ConcurrentHashMap<>();

  private volatile @Nullable Long awaySince;
  private volatile @Nullable String finding;

  /// What a registry tells apart: schemas that differ in a comment only are two, with two ids.
  private record Registration(String subject, Schema schema, String text) {
    Registration(String subject, Schema schema) {
      this(subject, schema, schema.toString());
    }
  }

  private interface Asking {
    int ask();
  }

  /// @param path of the file; it and its directory are made where they are not there
  /// @param of names the topics whose records have these ids: of others nothing is known, however
  ///     alike they are called
  public CachedRegistry(Registry registry, Path path, String of) {
    this(registry, new SchemaFile(path, of), System::nanoTime);
  }

  CachedRegistry(Registry registry, SchemaFile file, LongSupplier nanos) {
    this.registry = registry;
    this.file = file;
    this.nanos = nanos;
    Content known = file.read();
    schemas.putAll(known.schemas());
    known
        .registered()
        .forEach((at, schema) -> ids.put(new Registration(at.subject(), schema), at.id()));
  }

  @Override
  public int register(String subject, Schema schema) {
    return id(new Registration(subject, schema), () -> registry.register(subject, schema));
  }

  @Override
  public int registerUnrelated(String subject, Schema schema) {
    return id(new Registration(subject, schema), () -> registry.registerUnrelated(subject, schema));
  }

  @Override
  public Schema byId(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    Schema schema = registry.byId(id);
    schemas.put(id, schema);
    save(new Content(Map.of(id, schema), Map.of()));
    return schema;
  }

  /// What was found wrong with the registry, and the fix; nothing while nothing was.
  public Optional<String> finding() {
    return Optional.ofNullable(finding);
  }

  /// Asks for what was taken from the file while the registry was away.
  ///
  /// @throws RegistryException if it is away still, or says something else: see [#finding]
  public void confirm() {
    taken.forEach(
        (registration, asking) -> {
          Integer known = ids.get(registration);
          if (known != null) {
            ask(registration, known, asking);
          }
        });
  }

  private int id(Registration of, Asking asking) {
    Integer known = ids.get(of);
    if (known != null && said.contains(of)) {
      return known;
    }
    if (known == null) {
      return first(of, asking);
    }
    if (isAway()) {
      taken.put(of, asking);
      return known;
    }
    try {
      ask(of, known, asking);
    } catch (RegistryException e) {
      if (e.kind() != Kind.UNAVAILABLE) {
        throw e;
      }
      awaySince = nanos.getAsLong();
      LOG.warn(
          "the schema registry is away; id {} of subject {} is taken from {}: {}",
          known,
          of.subject,
          file.path(),
          e.getMessage());
      taken.put(of, asking);
    }
    return known;
  }

  private int first(Registration of, Asking asking) {
    String wrong = finding;
    if (wrong != null) {
      throw new RegistryException(Kind.REFUSED, wrong);
    }
    int id = asking.ask();
    Schema other = schemas.putIfAbsent(id, of.schema);
    if (other != null && isOther(other, of.schema)) {
      throw found(
          "expected schema id "
              + id
              + " to be "
              + other.getFullName()
              + ", as records were written with it, found that the registry gives it to subject "
              + of.subject);
    }
    ids.put(of, id);
    said.add(of);
    save(new Content(Map.of(id, of.schema), Map.of(new Registered(of.subject, id), of.schema)));
    return id;
  }

  /// First the id, so that nothing is registered in a registry that does not know it.
  private void ask(Registration of, int known, Asking asking) {
    Schema schema;
    try {
      schema = registry.byId(known);
    } catch (RegistryException e) {
      if (e.kind() == Kind.UNKNOWN_ID) {
        throw found(
            "expected the registry to know schema id "
                + known
                + ", which records of subject "
                + of.subject
                + " were written with, found that it does not");
      }
      throw e;
    }
    if (isOther(schema, of.schema)) {
      throw found(
          "expected schema id "
              + known
              + " to be of subject "
              + of.subject
              + ", as records were written with it, found "
              + schema.getFullName());
    }
    int id = asking.ask();
    if (id != known) {
      throw found(
          "expected schema id "
              + known
              + " for subject "
              + of.subject
              + ", as records were written with it, found that the registry gives "
              + id);
    }
    said.add(of);
    taken.remove(of);
    awaySince = null;
  }

  private RegistryException found(String what) {
    String words =
        what
            + ": the registry was wiped, restored without its ids, or is another; fix: restore its"
            + " schemas with the ids that they had, or go back to the registry that the records"
            + " were written with, and start again (what it answered then stands in "
            + file.path()
            + ")";
    finding = words;
    return new RegistryException(Kind.REFUSED, words);
  }

  /// Registries may give a schema back without what readers do not need.
  private static boolean isOther(Schema one, Schema other) {
    return !one.equals(other)
        && !SchemaNormalization.toParsingForm(one).equals(SchemaNormalization.toParsingForm(other));
  }

  private boolean isAway() {
    Long since = awaySince;
    return since != null && nanos.getAsLong() - since < AWAY.toNanos();
  }

  /// What cannot be kept is asked for again after the next start.
  private synchronized void save(Content content) {
    try {
      file.add(content);
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", file.path(), e.toString());
    }
  }
}
