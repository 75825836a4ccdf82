package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.Position;
import dev.tandem.wire.Divergence.State;
import dev.tandem.wire.LagReport.Percentiles;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerCodecTest {
  private static final Context CONTEXT =
      new Context(
          3,
          42,
          2,
          7,
          "0123456789abcdef",
          "legacy",
          "write again",
          "it differs",
          1,
          10_000_000,
          99);

  private final MemoryRegistry registry = new MemoryRegistry();

  private static Divergence divergence(Kind kind, State state) {
    return new Divergence(
        "id-1",
        state,
        kind,
        "customers",
        "Customer",
        List.of(new KeyPart("customerId", "4711"), new KeyPart("part", "ä")),
        "t1",
        List.of(
            new FieldDifference("fullName", "digest:00ff", null),
            new FieldDifference("status", null, "ACTIVE"),
            new FieldDifference("note", "", "x")),
        new Position(true, 41, 1, 777, 1_700_000_000_000_000L),
        Position.ABSENT,
        CONTEXT);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadBackADivergenceOfEveryKind(Kind kind) {
    var codec = new Divergences(registry, "shop.divergence");
    for (State state : State.values()) {
      var divergence = divergence(kind, state);
      assertThat(Divergences.decode(codec.encode(divergence))).isEqualTo(divergence);
    }
  }

  @Test
  void shouldReadBackADivergenceThatKnowsLittle() {
    var codec = new Divergences(registry, "shop.divergence");
    var divergence =
        new Divergence(
            "",
            State.OPENED,
            Kind.UNTRANSLATABLE,
            "d",
            "",
            List.of(),
            "",
            List.of(),
            Position.ABSENT,
            Position.ABSENT,
            CONTEXT);
    assertThat(Divergences.decode(codec.encode(divergence))).isEqualTo(divergence);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadBackALagReportOfEveryState(LagReport.State state) {
    var codec = new LagReports(registry, "shop.reconciliation-lag");
    var report =
        new LagReport(
            "customers",
            3,
            state,
            new LagReport.Evidence(LagReport.Stage.OBSERVE, 15, 16),
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            new Percentiles(8, 9, 10, 11),
            Percentiles.NONE,
            12,
            13,
            17,
            14,
            state == LagReport.State.STOPPED);
    assertThat(LagReports.decode(codec.encode(report))).isEqualTo(report);
  }

  @Test
  void shouldReadBackAStopAndKnowItsKey() {
    var codec = new RepairStops(registry, "shop.control");
    var stop = new RepairStop("customers", 3, true, "7 of 100 newly diverge", 5);
    assertThat(RepairStops.decode(codec.encode(stop))).isEqualTo(stop);
    assertThat(stop.key()).isEqualTo("repairs/customers/3");
    assertThat(RepairStop.isKey(stop.key())).isTrue();
    assertThat(RepairStop.isKey("repair")).isFalse();
  }

  @Test
  void shouldRegisterUnderTheTopicAndTheRecordsName() {
    byte[] framed =
        new Divergences(registry, "shop.divergence").encode(divergence(Kind.MISSING, State.OPENED));
    assertThat(registry.byId(Framing.schemaId(framed)).getFullName())
        .isEqualTo("dev.tandem.Divergence");
    assertThat(Registry.subject("shop.divergence", Divergences.SCHEMA))
        .isEqualTo("shop.divergence-dev.tandem.Divergence");
  }

  @Test
  void shouldRefuseBytesThatAreSomethingElse() {
    byte[] report =
        new RepairStops(registry, "shop.control").encode(new RepairStop("d", 0, false, "", 1));
    assertThatThrownBy(() -> Divergences.decode(report)).isInstanceOf(UndecodableException.class);
    assertThatThrownBy(() -> LagReports.decode(new byte[] {1, 2, 3, 4, 5, 6}))
        .isInstanceOf(UndecodableException.class);
    assertThatThrownBy(() -> RepairStops.decode(Arrays.copyOf(report, report.length - 1)))
        .isInstanceOf(UndecodableException.class);
    assertThatThrownBy(() -> RepairStops.decode(Arrays.copyOf(report, report.length + 1)))
        .isInstanceOf(UndecodableException.class);
  }
}
