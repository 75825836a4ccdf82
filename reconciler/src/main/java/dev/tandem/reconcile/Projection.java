package dev.tandem.reconcile;

import dev.tandem.image.Image;
import dev.tandem.image.Kept;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.StateKey;
import dev.tandem.plan.MappingException;
import dev.tandem.wire.RegistryException;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// What the mapping makes of an aggregate as it is kept, by the translation's rules. The first that
/// holds decides:
///
/// 1. its root is not there: it is gone;
/// 2. no key can be computed of it: keyless;
/// 3. its root went to another partition under the same key (C8): refused;
/// 4. a value of it is not known: it waits;
/// 5. the mapping cannot translate it, or it is too large: refused; else it is whole.
sealed interface Projection {
  /// How it is called.
  record Name(StateKey key, GenericRecord contractKey) {}

  record Gone() implements Projection {}

  record Keyless(String reason) implements Projection {}

  record Refused(Name name, String reason) implements Projection {}

  /// @param finding what is not known, and what brings it, where no change that is under way does;
  ///     null else
  record Waiting(Name name, @Nullable String finding) implements Projection {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Whole(Name name, byte[] content, String tenant) implements Projection {}

  String MOVED =
      "partition-by changed while the key did not, so that nothing of the row is translated until it"
          + " changes back; fix: change it back, or run a backfill of the domain";

  /// @param aggregate whose root did not come from another partition
  /// @throws RegistryException if the registry is away, so that an event cannot be read
  static Projection of(LoadedAggregate aggregate, Image image, Entities.Forms forms) {
    var rows = aggregate.rows(image.tables().sources(aggregate.key().bytes()), image.rowBytes());
    Kept root = aggregate.root();
    if (rows == null || root == null) {
      return new Gone();
    }
    var mapping = forms.plan().mapping();
    Name name;
    try {
      GenericRecord contractKey = mapping.key(rows.root());
      name = new Name(forms.key().key(contractKey), contractKey);
    } catch (RegistryException away) {
      throw away;
    } catch (RuntimeException e) {
      return new Keyless(reason(e));
    }
    if (root.standing() == Kept.Standing.LEFT) {
      return new Refused(name, MOVED);
    }
    if (rows.isPartial()) {
      return new Waiting(name, aggregate.isIncomplete() ? rows.waiting() : null);
    }
    try {
      GenericRecord contract = mapping.project(rows.root(), rows.children());
      return new Whole(name, forms.content().expected(contract), mapping.tenant(contract));
    } catch (RegistryException away) {
      throw away;
    } catch (RuntimeException e) {
      return new Refused(name, reason(e));
    }
  }

  /// A mapping in Java may throw anything.
  private static String reason(RuntimeException e) {
    return e instanceof MappingException
        ? String.valueOf(e.getMessage())
        : "the mapping failed with " + e.getClass().getName();
  }
}
