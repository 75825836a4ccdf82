package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ledger.LedgerReader;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.setup.Setup;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// A slot of the legacy store that is lost takes with it what nobody has captured. That is said and
/// nothing goes on over it; the sweep of a new epoch then finds each of those changes, tells it as
/// what it is and nothing else, and brings it to the target.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class LostSlotTest {
  private static final String SLOT = "tandem_mini";
  private static final Set<Role> ALL = EnumSet.allOf(Role.class);
  private final Map<String, List<String>> told = new TreeMap<>();
  private MiniMigration mini;
  private Path directory;
  private LedgerReader ledger;
  private Health health;
  private MigrationRun run;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    mini = MiniMigration.start(temporary);
    mini.legacy("INSERT INTO item SELECT i, 'label ' || i FROM generate_series(1, 100) i");
    Setup.run(mini.site());
    ledger =
        new LedgerReader(Map.of("bootstrap.servers", mini.bootstrapServers()), "mini.divergence");
    begin(ALL);
    awaitEqual();
  }

  @AfterAll
  void stop() {
    run.close();
    ledger.close();
    mini.close();
  }

  @Test
  void shouldFindExactlyWhatADroppedSlotHasLost() throws Exception {
    end();
    change(1);
    mini.legacy("SELECT pg_drop_replication_slot('" + SLOT + "')");
    assertRefused("the replication slot was dropped", "it existed before and is gone");
    assertHealed(1);
  }

  /// The server keeps no more log for a slot than it was told to, while everything but capture
  // runs.
  @Test
  void shouldFindExactlyWhatASlotHasLostThatTheServerGaveUp() throws Exception {
    end();
    begin(EnumSet.complementOf(EnumSet.of(Role.CAPTURE)));
    change(11);
    mini.legacy("ALTER SYSTEM SET max_slot_wal_keep_size = '48MB'", "SELECT pg_reload_conf()");
    soon().until(this::isGivenUp);
    mini.legacy("ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_reload_conf()");
    end();
    assertRefused(
        "the server gave the replication slot up: wal_removed", "gave it up (wal_removed");
    assertHealed(11);
  }

  /// An update, a deletion, an insertion, and an update that is taken back.
  private void change(int no) throws SQLException {
    mini.legacy(
        "UPDATE item SET txt = 'unseen' WHERE no = " + no,
        "DELETE FROM item WHERE no = " + (no + 1),
        "INSERT INTO item VALUES (" + (1000 + no) + ", 'unseen')",
        "UPDATE item SET txt = 'for a moment' WHERE no = " + (no + 2),
        "UPDATE item SET txt = 'label ' || no WHERE no = " + (no + 2));
  }

  /// Fills the log as fast as the other slot, that of the target, follows.
  private boolean isGivenUp() throws SQLException {
    if (retained("tandem_mini_target") < 20 << 20) {
      mini.legacy(
          "SELECT pg_logical_emit_message(false, 'filler', 'x')",
          "SELECT pg_switch_wal()",
          "CHECKPOINT");
    }
    return mini.query("legacy", slot("wal_status", SLOT)).equals("lost");
  }

  private long retained(String slot) throws SQLException {
    return Long.parseLong(
        mini.query(
            "legacy", slot("pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint", slot)));
  }

  private static String slot(String value, String name) {
    return "SELECT " + value + " FROM pg_replication_slots WHERE slot_name = '" + name + "'";
  }

  /// Capture, status, doctor and set-up each say it; nothing is captured, told or written.
  ///
  /// @param reason as capture tells it
  /// @param found as doctor and set-up tell it
  private void assertRefused(String reason, String found) throws Exception {
    String healing = "tandem setup " + mini.spec() + " --new-epoch";
    String before = content("target");
    begin(ALL);
    soon()
        .untilAsserted(
            () ->
                assertThat(health.explained())
                    .filteredOn(line -> line.startsWith("capture: "))
                    .singleElement()
                    .asString()
                    .startsWith("capture: stopped (changes committed after ")
                    .contains(" are lost: " + reason)
                    .contains("tandem setup SPEC --new-epoch"));
    soon().until(() -> health.lines().contains("observe: ready"));
    assertThat(health.isReady()).isFalse();
    soon().until(() -> tandem("status").out().contains("UNPROVEN legacy: "));
    Ended status = tandem("status");
    assertThat(status.code()).isEqualTo(1);
    assertThat(status.out()).contains(reason).doesNotContain("UNPROVEN target");
    Ended doctor = tandem("doctor");
    assertThat(doctor.code()).isEqualTo(1);
    assertThat(doctor.out())
        .contains("failure  legacy    replication slot " + SLOT + ": ")
        .contains(found)
        .contains("fix: start a new epoch, which sweeps every table again: " + healing);
    Ended setup = tandem("setup");
    assertThat(setup.code()).isEqualTo(1);
    assertThat(setup.out()).contains("refused  replication slot " + SLOT).contains(healing);
    assertThat(events()).isEmpty();
    assertThat(content("target")).isEqualTo(before);
    end();
  }

  private void assertHealed(int no) throws Exception {
    Ended setup = tandem("setup", "--new-epoch");
    assertThat(setup.code()).as(setup.out()).isZero();
    // The new slot tells this, whatever the sweep sees of it.
    mini.legacy("UPDATE item SET txt = 'told' WHERE no = " + (no + 3));
    var loss = List.of("OPENED CAPTURE_LOSS", "CLOSED CAPTURE_LOSS");
    var lost =
        Map.of(
            String.valueOf(no), loss,
            String.valueOf(no + 1), List.of("OPENED GHOST", "CLOSED GHOST"),
            String.valueOf(1000 + no), loss);
    begin(ALL);
    soon().untilAsserted(() -> assertThat(events()).isEqualTo(lost));
    awaitEqual();
    assertThat(events()).isEqualTo(lost);
    told.clear();
    assertThat(tandem("status").out()).doesNotContain("UNPROVEN");
    assertThat(tandem("doctor").code()).isZero();
  }

  /// Both stores are equal, and all that is in both topics was compared.
  private void awaitEqual() {
    soon()
        .untilAsserted(
            () -> {
              assertThat(content("target")).isEqualTo(content("legacy"));
              assertThat(tandem("divergences", "--open", "--compared").code()).isZero();
              assertThat(tandem("lag").out()).contains("IDLE");
              assertThat(tandem("status").code()).isZero();
            });
  }

  private String content(String store) throws SQLException {
    return mini.query(
        store,
        store.equals("legacy")
            ? "SELECT md5(string_agg(no || ' ' || txt, ',' ORDER BY no)) FROM item"
            : "SELECT md5(string_agg(item_id || ' ' || label, ',' ORDER BY item_id)) FROM"
                + " new_item");
  }

  /// What was told of each key since a slot was lost, in order.
  private Map<String, List<String>> events() {
    ledger.toEnd(
        entry ->
            told.computeIfAbsent(entry.event().key().getFirst().value(), _ -> new ArrayList<>())
                .add(entry.event().state() + " " + entry.event().kind()));
    return told;
  }

  private void begin(Set<Role> roles) throws Exception {
    health = new Health();
    run =
        MigrationRun.start(
            MigrationReader.read(mini.spec(), Map.of()),
            new MigrationRun.Settings(
                roles,
                directory.resolve("state"),
                health,
                new PipelineMetrics(new SimpleMeterRegistry(), "mini"),
                new LagRecorder()));
  }

  /// The server notices a little later that nobody reads.
  private void end() {
    run.close();
    soon()
        .until(
            () ->
                mini.query("legacy", "SELECT count(*) FROM pg_replication_slots WHERE active")
                    .equals("0"));
  }

  private static ConditionFactory soon() {
    return Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(500));
  }

  private Ended tandem(String... words) throws Exception {
    return Ended.of(mini.spec(), words);
  }
}
