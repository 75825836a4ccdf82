package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.wire.RegistryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // The set-up sets the field before each use.
class CachedRegistryTest {
  private static final Schema CUSTOMER = schema("Customer");
  private static final Schema ORDER = schema("Order");
  @TempDir Path directory;
  private Path file;
  private final Server server = new Server();
  private long now;

  private static Schema schema(String name) {
    return SchemaBuilder.record(name).fields().requiredInt("id").endRecord();
  }

  /// A registry that can be away or wiped, and remembers what it was asked.
  private static final class Server implements Registry {
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private boolean away;
    private int next = 1;

    @Override
    public int register(String subject, Schema schema) {
      answer("register " + subject);
      for (var known : schemas.entrySet()) {
        if (known.getValue().toString().equals(schema.toString())) {
          return known.getKey();
        }
      }
      schemas.put(next, schema);
      return next++;
    }

    @Override
    public Schema byId(int id) {
      answer("id " + id);
      Schema schema = schemas.get(id);
      if (schema == null) {
        throw new RegistryException(Kind.UNKNOWN_ID, "no schema id " + id);
      }
      return schema;
    }

    private void answer(String question) {
      if (away) {
        throw new RegistryException(Kind.UNAVAILABLE, "away");
      }
      asked.add(question);
    }
  }

  @BeforeEach
  void file() {
    file = directory.resolve("mini/schemas.json");
  }

  /// As a process that starts has it.
  private CachedRegistry started() {
    return started("topics");
  }

  private CachedRegistry started(String of) {
    return new CachedRegistry(server, new SchemaFile(file, of), () -> now);
  }

  @Test
  void shouldKnowNothingOfTopicsThatWereMadeAnew() {
    started().register("customers", CUSTOMER);
    server.schemas.clear();
    server.next = 7;
    var anew = started("other topics");
    assertThat(anew.register("customers", CUSTOMER)).isEqualTo(7);
    assertThat(anew.finding()).isEmpty();
    server.away = true;
    assertThat(started("other topics").register("customers", CUSTOMER)).isEqualTo(7);
  }

  @Test
  void shouldGoOnWithWhatItHasKeptWhileTheRegistryIsAway() {
    int id = started().register("customers", CUSTOMER);
    server.away = true;
    var again = started();
    assertThat(again.register("customers", CUSTOMER)).isEqualTo(id);
    assertThat(again.registerUnrelated("customers", CUSTOMER)).isEqualTo(id);
    assertThat(again.byId(id)).isEqualTo(CUSTOMER);
    assertThatThrownBy(() -> again.register("orders", ORDER))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThatThrownBy(again::confirm).isInstanceOf(RegistryException.class);
    assertThat(again.finding()).isEmpty();
  }

  @Test
  void shouldAskOnceWhereTheRegistryIsThereAndNeverForTheSchemaOfAnId() {
    int id = started().register("customers", CUSTOMER);
    server.asked.clear();
    var again = started();
    assertThat(again.byId(id)).isEqualTo(CUSTOMER);
    assertThat(server.asked).isEmpty();
    again.register("customers", CUSTOMER);
    again.register("customers", CUSTOMER);
    assertThat(server.asked).containsExactly("id " + id, "register customers");
  }

  @Test
  void shouldConfirmWhatItTookFromTheFileWhenTheRegistryIsBack() {
    int id = started().register("customers", CUSTOMER);
    server.away = true;
    var again = started();
    again.register("customers", CUSTOMER);
    server.away = false;
    server.asked.clear();
    again.confirm();
    again.confirm();
    assertThat(server.asked).containsExactly("id " + id, "register customers");
    assertThat(again.finding()).isEmpty();
  }

  @Test
  void shouldNotAskARegistryThatIsAwayForEachSchema() {
    started().register("customers", CUSTOMER);
    server.away = true;
    var again = started();
    again.register("customers", CUSTOMER);
    server.away = false;
    server.asked.clear();
    again.register("customers", CUSTOMER);
    assertThat(server.asked).isEmpty();
    now = Duration.ofSeconds(6).toNanos();
    again.register("customers", CUSTOMER);
    assertThat(server.asked).isNotEmpty();
  }

  @Test
  void shouldFindThatARegistryWasWipedAndRegisterNothingInIt() {
    started().register("customers", CUSTOMER);
    server.schemas.clear();
    server.asked.clear();
    var again = started();
    assertThatThrownBy(() -> again.register("customers", CUSTOMER))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("expected the registry to know schema id 1")
        .hasMessageContaining("fix: restore its schemas")
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> again.register("orders", ORDER)).hasMessageContaining("was wiped");
    assertThat(server.schemas).isEmpty();
    assertThat(again.finding()).isPresent();
  }

  @Test
  void shouldFindThatAnIdMeansAnotherSchemaNow() {
    started().register("customers", CUSTOMER);
    server.schemas.put(1, ORDER);
    server.next = 2;
    server.away = true;
    var again = started();
    again.register("customers", CUSTOMER);
    server.away = false;
    assertThatThrownBy(again::confirm).hasMessageContaining("found Order");
    assertThat(again.finding()).isPresent();
    assertThat(again.byId(1)).isEqualTo(CUSTOMER);
  }

  @Test
  void shouldTakeASchemaWithAnotherCommentForAnother() {
    int before = started().register("a", CUSTOMER);
    var commented =
        SchemaBuilder.record("Customer").doc("who buys").fields().requiredInt("id").endRecord();
    assertThat(commented).as("Avro reads them alike").isEqualTo(CUSTOMER);
    var registry = started();
    int after = registry.register("a", commented);
    assertThat(after).isNotEqualTo(before);
    assertThat(registry.finding()).isEmpty();
    assertThat(registry.register("a", CUSTOMER)).isEqualTo(before);
    assertThat(started().register("a", commented)).isEqualTo(after);
  }

  @Test
  void shouldFindThatANewSchemaGetsTheIdOfAnother() {
    started().register("customers", CUSTOMER);
    server.schemas.clear();
    server.next = 1;
    assertThatThrownBy(() -> started().register("orders", ORDER))
        .hasMessageContaining("expected schema id 1 to be Customer");
  }

  @Test
  void shouldKeepWhatOthersInTheSameDirectoryHaveKept() {
    var one = started();
    var other = started();
    one.register("customers", CUSTOMER);
    other.register("orders", ORDER);
    server.away = true;
    var again = started();
    assertThat(again.register("customers", CUSTOMER)).isEqualTo(1);
    assertThat(again.register("orders", ORDER)).isEqualTo(2);
  }

  @Test
  void shouldBeginAnewWhereTheFileIsBrokenAndLeaveNoOtherFile() throws IOException {
    started().register("customers", CUSTOMER);
    Files.writeString(file, "{\"version\":1,\"schemas\":[{\"id\"");
    assertThat(started().register("customers", CUSTOMER)).isEqualTo(1);
    server.away = true;
    assertThat(started().byId(1)).isEqualTo(CUSTOMER);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}
