package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerRuleTest {
  private static ServerFacts server(int version) {
    return new ServerFacts(version, "shop", "tandem", "logical", 1, 10, 1, 10, true, true, -1);
  }

  private static ServerFacts full(int slots, int senders) {
    return new ServerFacts(
        180_000, "shop", "tandem", "logical", slots, 10, senders, 10, true, true, -1);
  }

  @ParameterizedTest
  @CsvSource({
    "130021, 13.21, 13.22 or later",
    "140018, 14.18, 14.19 or later",
    "150013, 15.13, 15.14 or later",
    "160009, 16.9, 16.10 or later",
    "170005, 17.5, 17.6 or later",
    "120022, 12.22, 17.6 or later"
  })
  void shouldNameTheMinorVersionToHave(int version, String found, String wanted) {
    assertThat(ServerRule.minor(server(version)))
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal.cause()).startsWith("found " + found + ":");
              assertThat(refusal.fix()).isEqualTo("update PostgreSQL to " + wanted);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {130_022, 140_019, 150_014, 160_010, 170_006, 170_010, 180_000, 190_000})
  void shouldTakeAServerThatIsMended(int version) {
    assertThat(ServerRule.minor(server(version))).isEmpty();
  }

  @Test
  void shouldRefuseAServerWithoutALogicalLogOrRoom() {
    assertThat(ServerRule.room(full(9, 9))).isEmpty();
    assertThat(ServerRule.sender(full(9, 9))).isEmpty();
    assertThat(ServerRule.room(full(10, 9)))
        .hasValueSatisfying(refusal -> assertThat(refusal.fix()).contains("max_replication_slots"));
    assertThat(ServerRule.sender(full(9, 10)))
        .hasValueSatisfying(refusal -> assertThat(refusal.fix()).contains("max_wal_senders = 15"));
    var replica =
        new ServerFacts(180_000, "shop", "tandem", "replica", 1, 10, 1, 10, true, true, -1);
    assertThat(ServerRule.room(replica))
        .hasValueSatisfying(refusal -> assertThat(refusal.cause()).contains("found replica"));
  }
}
