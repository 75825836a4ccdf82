package dev.tandem.stack.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.stack.registry.RegistryEntry.Level;
import dev.tandem.stack.registry.RegistryEntry.Version;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SchemaBookTest {
  private static final String NAME = field("name", "\"string\"", "");
  private static final String ONLY_NAME = record(NAME);
  private static final String WITH_OPTIONAL = record(NAME + "," + field("age", "\"int\"", "0"));
  private static final String WITH_REQUIRED = record(NAME + "," + field("age", "\"int\"", ""));

  private final SchemaBook book = new SchemaBook();

  @Test
  void shouldGiveTheSameIdToTheSameSchemaUnderEverySubject() {
    assertThat(register("a", ONLY_NAME).id()).isEqualTo(1);
    assertThat(register("a", WITH_OPTIONAL).id()).isEqualTo(2);
    assertThat(register("b", ONLY_NAME.replace(",", ", ")).id()).isEqualTo(1);
    assertThat(book.uses(1)).extracting(Version::subject).containsExactly("a", "b");
  }

  @Test
  void shouldNotRegisterASchemaTwiceUnderOneSubject() {
    var first = register("a", ONLY_NAME);
    register("a", WITH_OPTIONAL);
    assertThat(book.register("a", ONLY_NAME)).isEqualTo(first);
    assertThat(book.versions("a")).extracting(Version::version).containsExactly(1, 2);
  }

  @Test
  void shouldRefuseASchemaThatCannotReadTheLatest() {
    register("a", ONLY_NAME);
    refused(409, () -> book.register("a", WITH_REQUIRED))
        .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
    assertThat(book.conflicts("a", WITH_REQUIRED, book.versions("a"))).hasSize(1);
  }

  @Test
  void shouldAskOfEveryEarlierVersionOnlyWhereTheLevelIsTransitive() {
    register("a", ONLY_NAME);
    register("a", WITH_OPTIONAL);
    assertThat(register("a", WITH_REQUIRED).version()).isEqualTo(3);
    level(Optional.of("b"), CompatibilityLevel.BACKWARD_TRANSITIVE);
    register("b", ONLY_NAME);
    register("b", WITH_OPTIONAL);
    refused(409, () -> book.register("b", WITH_REQUIRED));
  }

  @Test
  void shouldLetTheLevelOfTheSubjectGoBeforeTheCommonOne() {
    level(Optional.empty(), CompatibilityLevel.NONE);
    level(Optional.of("strict"), CompatibilityLevel.FULL);
    register("loose", ONLY_NAME);
    assertThat(register("loose", WITH_REQUIRED).version()).isEqualTo(2);
    register("strict", WITH_REQUIRED);
    refused(409, () -> book.register("strict", ONLY_NAME));
    refused(40408, () -> book.ownLevel("loose"));
  }

  @Test
  void shouldHoldForwardCompatibilityInTheOtherDirection() {
    level(Optional.empty(), CompatibilityLevel.FORWARD);
    register("a", ONLY_NAME);
    assertThat(register("a", WITH_REQUIRED).version()).isEqualTo(2);
    refused(409, () -> book.register("a", record(field("other", "\"int\"", ""))));
  }

  @Test
  void shouldSayWhatIsNotThere() {
    refused(40401, () -> book.versions("a"));
    refused(40401, () -> book.lookUp("a", ONLY_NAME));
    refused(40403, () -> book.schema(1));
    register("a", ONLY_NAME);
    refused(40402, () -> book.version("a", "2"));
    refused(40403, () -> book.lookUp("a", WITH_OPTIONAL));
    refused(42202, () -> book.version("a", "first"));
    refused(42201, () -> book.register("a", "{\"type\": \"recrd\"}"));
  }

  @Test
  void shouldKeepIdsOfWhatWasDeletedAndErased() {
    register("a", ONLY_NAME);
    refused(40405, () -> book.erase("a"));
    apply(book.delete("a"));
    refused(40404, () -> book.delete("a"));
    assertThat(book.subjects()).isEmpty();
    apply(book.erase("a"));
    refused(40401, () -> book.delete("a"));
    assertThat(book.schema(1)).contains("name");
    assertThat(register("b", WITH_OPTIONAL).id()).isEqualTo(2);
    assertThat(register("a", ONLY_NAME).version()).isEqualTo(1);
  }

  @Test
  void shouldCountOnAfterADeletion() {
    register("a", ONLY_NAME);
    apply(book.delete("a"));
    assertThat(register("a", ONLY_NAME))
        .satisfies(again -> assertThat(again.version()).isEqualTo(2))
        .satisfies(again -> assertThat(again.id()).isEqualTo(1));
    assertThat(book.version("a", "latest").version()).isEqualTo(2);
  }

  @Test
  void shouldReadBackWhatItWrites() {
    var version = register("a", ONLY_NAME).withState(RegistryEntry.State.DELETED);
    var common = new Level(Optional.empty(), CompatibilityLevel.FULL);
    var own = new Level(Optional.of("a"), CompatibilityLevel.NONE);
    assertThat(List.of(version, common, own))
        .allSatisfy(
            entry ->
                assertThat(
                        RegistryEntryJson.entry(
                            RegistryEntryJson.key(entry), RegistryEntryJson.value(entry)))
                    .contains(entry));
  }

  private Version register(String subject, String schema) {
    var version = book.register(subject, schema);
    book.apply(version);
    return version;
  }

  private void level(Optional<String> subject, CompatibilityLevel level) {
    book.apply(new Level(subject, level));
  }

  private void apply(List<Version> entries) {
    entries.forEach(book::apply);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      int code, ThrowingCallable request) {
    return assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            RegistryRefusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  private static String record(String fields) {
    return "{\"type\":\"record\",\"name\":\"Person\",\"fields\":[" + fields + "]}";
  }

  private static String field(String name, String type, String preset) {
    var end = preset.isEmpty() ? "}" : ",\"default\":" + preset + "}";
    return "{\"name\":\"" + name + "\",\"type\":" + type + end;
  }
}
