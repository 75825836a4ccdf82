package dev.tandem.program;

import dev.tandem.ledger.Selection;
import dev.tandem.operate.Domains;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which divergences a command speaks of. Names that the spec does not have end it, with what was
/// probably meant.
final class DivergenceOptions {
  @Option(names = "--domain", paramLabel = "DOMAIN", description = "Only of this domain.")
  private @Nullable String domain;

  @Option(names = "--entity", paramLabel = "ENTITY", description = "Only of this entity.")
  private @Nullable String entity;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Only of this kind: ${COMPLETION-CANDIDATES}.")
  private @Nullable Kind kind;

  /// What is meant, once it is known that the plan has it.
  ///
  /// @param key parts of the entity's key
  Selection selection(MigrationPlan plan, List<KeyPart> key) {
    return Domains.known(
        plan,
        new Selection(
            Optional.ofNullable(domain),
            Optional.ofNullable(entity),
            Optional.ofNullable(kind),
            key));
  }
}
