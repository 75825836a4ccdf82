package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.capture.Side;
import dev.tandem.setup.Doctor;
import dev.tandem.setup.Finding;
import dev.tandem.setup.Finding.Level;
import dev.tandem.setup.Grants;
import dev.tandem.setup.Setup;
import dev.tandem.setup.Site;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the field before each use.
class DoctorTest {
  private MiniMigration mini;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    mini = MiniMigration.start(directory);
    mini.legacy("CREATE ROLE clerk LOGIN PASSWORD 'tandem'", "CREATE TABLE history (no int)");
  }

  @AfterAll
  void stop() {
    mini.close();
  }

  @BeforeEach
  void setUp() throws Exception {
    Setup.run(mini.site());
  }

  @AfterEach
  void clean() throws Exception {
    mini.clean();
  }

  @Test
  void shouldFindNothingWrongAfterSetUp() throws Exception {
    var findings = Doctor.examine(mini.site());
    assertThat(findings)
        .filteredOn(finding -> finding.level() != Level.OK)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(Level.WARNING);
              assertThat(finding.subject()).isEqualTo("table public.history");
              assertThat(finding.found()).contains("no primary key");
            });
    assertThat(findings)
        .extracting(Finding::subject)
        .contains(
            "wal_level",
            "replication slot tandem_mini",
            "publication tandem_mini",
            "table public.item",
            "table public.new_item",
            "schema tandem",
            "digest key",
            "transaction.version",
            "topic mini.items.outbox",
            "schema registry");
  }

  @Test
  void shouldNameEachMissingPrivilegeWithItsGrant() throws Exception {
    var fixes = failures(mini.site("clerk")).stream().map(Finding::fix).toList();
    assertThat(fixes)
        .contains(
            "ALTER ROLE \"clerk\" REPLICATION;",
            "GRANT SELECT ON \"public\".\"item\" TO \"clerk\";",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON \"public\".\"new_item\" TO \"clerk\";",
            "GRANT USAGE ON SCHEMA \"tandem\" TO \"clerk\";",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON \"tandem\".\"checkpoint\" TO \"clerk\";",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON \"tandem\".\"refusal\" TO \"clerk\";",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON \"tandem\".\"digest_key\" TO \"clerk\";");
  }

  @Test
  void shouldBeSatisfiedOnceItsFixesHaveBeenRun() throws Exception {
    for (Finding failure : failures(mini.site("clerk"))) {
      switch (failure.area()) {
        case LEGACY -> mini.legacy(failure.fix());
        case TARGET -> mini.target(failure.fix());
        case KAFKA, REGISTRY -> throw new AssertionError(failure);
      }
    }
    assertThat(failures(mini.site("clerk"))).isEmpty();
    mini.legacy("ALTER ROLE clerk NOREPLICATION", "DROP OWNED BY clerk");
    mini.target("DROP OWNED BY clerk");
  }

  /// With what is printed, and the one publication that is Tandem's own tables' too, a role that is
  /// no superuser sets a migration up, and lacks nothing.
  @Test
  void shouldPrintWhatARoleNeedsThatIsNotThereYet() throws Exception {
    mini.clean();
    for (String statement : Grants.of(mini.site(), Side.LEGACY, "agent")) {
      mini.legacy(statement);
    }
    for (String statement : Grants.of(mini.site(), Side.TARGET, "agent")) {
      mini.target(statement);
    }
    mini.legacy("ALTER ROLE agent PASSWORD 'tandem'");
    try {
      var agent = mini.site("agent");
      assertThatThrownBy(() -> Setup.run(agent)).hasMessageContaining("owner of table new_item");
      for (Finding failure : failures(agent)) {
        assertThat(failure.subject()).isEqualTo("publication tandem_mini_target");
        mini.target(failure.fix().replace("as a superuser: ", ""));
      }
      Setup.run(agent);
      assertThat(failures(agent)).isEmpty();
      assertThat(Grants.of(mini.site(), Side.TARGET, "agent"))
          .startsWith("ALTER ROLE \"agent\" LOGIN REPLICATION;")
          .contains("GRANT USAGE ON SCHEMA tandem TO \"agent\";");
    } finally {
      mini.legacy("DROP OWNED BY agent CASCADE");
      mini.target("DROP OWNED BY agent CASCADE", "DROP ROLE agent");
    }
  }

  @Test
  void shouldSayWhoMustPublishBeforeSetUp() throws Exception {
    mini.clean();
    assertThat(failures(mini.site("clerk")))
        .filteredOn(finding -> finding.subject().equals("publication tandem_mini"))
        .extracting(Finding::fix)
        .containsExactly(
            "GRANT CREATE ON DATABASE \"legacy\" TO \"clerk\";",
            "as a superuser: SET lock_timeout = '5s'; CREATE PUBLICATION tandem_mini FOR TABLE ONLY"
                + " \"public\".\"item\" WITH (publish = 'insert, update, delete, truncate',"
                + " publish_via_partition_root = false);");
  }

  @Test
  void shouldFindATableThatHasLostItsReplicaIdentity() throws Exception {
    var site = mini.site();
    mini.legacy("ALTER TABLE item REPLICA IDENTITY NOTHING");
    assertThat(failures(site))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("table public.item");
              assertThat(finding.fix()).isEqualTo("ALTER TABLE item REPLICA IDENTITY FULL;");
            });
    mini.legacy("ALTER TABLE item REPLICA IDENTITY DEFAULT");
  }

  @Test
  void shouldFindRowLevelSecurityAndTriggers() throws Exception {
    mini.legacy("ALTER TABLE item ENABLE ROW LEVEL SECURITY");
    mini.target(
        "CREATE TRIGGER stamp BEFORE UPDATE ON new_item FOR EACH ROW EXECUTE FUNCTION"
            + " suppress_redundant_updates_trigger()");
    var findings = Doctor.examine(mini.site("clerk"));
    assertThat(findings)
        .extracting(Finding::fix)
        .contains("ALTER ROLE \"clerk\" BYPASSRLS;")
        .anyMatch(fix -> fix.endsWith("DISABLE TRIGGER \"stamp\";"));
    mini.legacy("ALTER TABLE item DISABLE ROW LEVEL SECURITY");
    mini.target("DROP TRIGGER stamp ON new_item");
  }

  @Test
  void shouldFindAPublicationThatLacksATable() throws Exception {
    mini.legacy("DROP PUBLICATION tandem_mini", "CREATE PUBLICATION tandem_mini");
    assertThat(failures(mini.site()))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.fix())
                    .contains("ALTER PUBLICATION tandem_mini ADD TABLE ONLY \"public\".\"item\""));
  }

  @Test
  void shouldFindATopicThatIsGone() throws Exception {
    mini.delete(List.of("mini.items.repair"));
    assertThat(Doctor.examine(mini.site()))
        .filteredOn(finding -> finding.subject().equals("topic mini.items.repair"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.level()).isNotEqualTo(Level.OK));
  }

  @Test
  void shouldTellThatATopicIsLostAndNotOnlyMissing() throws Exception {
    mini.delete(List.of("mini.offsets"));
    assertThat(failures(mini.site()))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("topic mini.offsets");
              assertThat(finding.found()).startsWith("it existed before and is gone");
              assertThat(finding.fix()).endsWith("tandem setup SPEC --new-epoch");
            });
  }

  @Test
  void shouldLookAtTheRestWhereKafkaAndRegistryAreDown() throws Exception {
    var site = mini.site();
    var kafka =
        Map.of(
            "bootstrap.servers", "127.0.0.1:1",
            "default.api.timeout.ms", "1000",
            "request.timeout.ms", "500");
    var registry =
        new SchemaRegistryClient(
            RegistryConfig.of(Map.of("schema.registry.url", "http://127.0.0.1:1")));
    var failures = failures(new Site(site.plan(), site.legacy(), site.target(), kafka, registry));
    assertThat(failures)
        .extracting(Finding::subject)
        .containsExactly("Kafka at 127.0.0.1:1", "schema registry");
  }

  private static List<Finding> failures(Site site) {
    return Doctor.examine(site).stream()
        .filter(finding -> finding.level() == Level.FAILURE)
        .toList();
  }
}
