package dev.tandem.reconcile;

import dev.tandem.plan.DomainPlan;
import dev.tandem.streams.DomainStreams;
import dev.tandem.wire.Registry;

/// One domain's reconciliation, running; and where its topics end, for its reports.
public final class ReconcileApp implements AutoCloseable {
  private final DomainStreams streams;
  private final KafkaEnds ends;

  private ReconcileApp(DomainStreams streams, KafkaEnds ends) {
    this.streams = streams;
    this.ends = ends;
  }

  /// Registers the schemas and starts. The domain's topics must exist.
  ///
  /// @throws dev.tandem.wire.RegistryException if the registry is away or refuses a schema
  public static ReconcileApp start(
      DomainPlan plan, ReconcileConfig config, Registry registry, ReconcileListener listener) {
    var ends =
        new KafkaEnds(config.streams().client(), plan.topics(), plan.partitions(), config.clock());
    try {
      var surroundings = new ReconcileTopology.Surroundings(registry, ends, listener);
      var streams =
          DomainStreams.start(
              new DomainStreams.Name(
                  plan.topics().reconcileApplication(), "reconciliation", plan.name()),
              ReconcileTopology.build(plan, config, surroundings),
              config.streams());
      ends.start();
      return new ReconcileApp(streams, ends);
    } catch (RuntimeException e) {
      ends.close();
      throw e;
    }
  }

  public DomainStreams streams() {
    return streams;
  }

  @Override
  public void close() {
    streams.close();
    ends.close();
  }
}
