package dev.tandem.program;

import dev.tandem.ledger.Selection;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.spec.NearMatch;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which divergences a command speaks of. Names that the spec does not have end it, with what was
/// probably meant.
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class DivergenceOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

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
    List<DomainPlan> domains = plan.domains();
    known("--domain", domain, domains.stream().map(DomainPlan::name).toList());
    List<EntityPlan> entities =
        domains.stream()
            .filter(it -> domain == null || it.name().equals(domain))
            .flatMap(it -> it.entities().stream())
            .toList();
    known("--entity", entity, entities.stream().map(EntityPlan::name).toList());
    List<String> fields =
        entities.stream()
            .filter(it -> entity == null || it.name().equals(entity))
            .flatMap(it -> it.mapping().key().getFields().stream())
            .map(field -> field.name())
            .distinct()
            .toList();
    key.forEach(part -> known("--key", part.field(), fields));
    return new Selection(
        Optional.ofNullable(domain), Optional.ofNullable(entity), Optional.ofNullable(kind), key);
  }

  private void known(String option, @Nullable String name, List<String> names) {
    if (name != null && !names.contains(name)) {
      throw new ParameterException(
          command.commandLine(),
          option + ": the spec has no '" + name + "' there; " + NearMatch.suggestion(name, names));
    }
  }
}
