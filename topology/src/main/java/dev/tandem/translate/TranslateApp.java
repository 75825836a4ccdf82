package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.streams.DomainStreams;
import dev.tandem.wire.Registry;

/// One domain's translation, running.
public final class TranslateApp {
  private TranslateApp() {}

  /// Registers the domain's schemas and starts. The domain's topics must exist.
  ///
  /// @throws dev.tandem.wire.RegistryException if the registry is away or refuses a schema
  public static DomainStreams start(
      DomainPlan plan, Registry registry, TranslateConfig config, TranslateListener listener) {
    return DomainStreams.start(
        new DomainStreams.Name(plan.topics().translateApplication(), "translation", plan.name()),
        TranslateTopology.build(plan, registry, config, listener),
        config.streams());
  }
}
