package dev.tandem.ledger;

import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import java.util.List;
import java.util.Optional;

/// Which divergences are meant: those for which all that is said holds.
///
/// @param key parts that the entity's key has to have
public record Selection(
    Optional<String> domain, Optional<String> entity, Optional<Kind> kind, List<KeyPart> key) {
  public static final Selection ALL =
      new Selection(Optional.empty(), Optional.empty(), Optional.empty(), List.of());

  public Selection {
    key = List.copyOf(key);
  }

  public boolean holds(LedgerEntry entry) {
    Divergence event = entry.event();
    return domain.map(event.domain()::equals).orElse(true)
        && entity.map(event.entity()::equals).orElse(true)
        && kind.map(event.kind()::equals).orElse(true)
        && event.key().containsAll(key);
  }
}
