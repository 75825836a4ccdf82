package dev.tandem.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.contracts.ContractConsumers.Group;
import dev.tandem.contracts.ContractUse;
import dev.tandem.contracts.ContractUse.Read;
import dev.tandem.contracts.ContractUse.Reading;
import dev.tandem.contracts.VersionSkew;
import dev.tandem.contracts.VersionSkew.InFlight;
import dev.tandem.contracts.VersionSkew.InTarget;
import dev.tandem.generation.Generation.State;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ContractGaugesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
  private static final String TOPIC = "shop.crm.contract.v1";
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ContractGauges gauges = new ContractGauges(meters, Tags.of("migration", "shop"));

  private static ContractUse use() {
    var group = new Group(TOPIC, "billing", "stable", 1, 7, Optional.of(NOW.minusSeconds(30)));
    var skew =
        new VersionSkew(
            List.of(
                new InTarget("crm", "Customer", 1, State.LIVE, OptionalInt.of(3)),
                new InTarget("crm", "Order", 1, State.LIVE, OptionalInt.empty())),
            List.of(new InFlight("crm", "Customer", 1, OptionalInt.of(4), "acme", 5)),
            List.of());
    var read = new Reading("crm", group, List.of(new Read("Customer", OptionalInt.of(1))));
    return new ContractUse(List.of(TOPIC), List.of(read), Optional.of(skew), "");
  }

  private double value(String name, String... tags) {
    return meters.get(name).tag("migration", "shop").tags(tags).gauge().value();
  }

  @Test
  void shouldShowWhoReadsWhichVersionAndWhichAreInUse() {
    gauges.set(use(), NOW);
    String[] reader = {
      "domain", "crm", "entity", "Customer", "version", "1", "topic", TOPIC, "group", "billing"
    };
    assertThat(value("tandem.contract.consumer.lag", reader)).isEqualTo(7);
    assertThat(value("tandem.contract.consumer.last.read.seconds", reader)).isEqualTo(30);
    assertThat(value("tandem.contract.target.version", "entity", "Customer", "version", "3"))
        .isEqualTo(1);
    assertThat(value("tandem.contract.target.version", "entity", "Order", "version", "unknown"))
        .isEqualTo(1);
    assertThat(value("tandem.contract.in.flight", "tenant", "acme", "version", "4")).isEqualTo(5);
    assertThat(value("tandem.contract.versions.in.use", "entity", "Customer")).isEqualTo(2);
  }

  @Test
  void shouldShowNothingThatIsNotKnownAnyMore() {
    gauges.set(use(), NOW);
    gauges.unknown();
    assertThat(meters.getMeters()).isEmpty();
  }
}
