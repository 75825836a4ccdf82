package dev.tandem.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.diff.MappingDiff.Change;
import dev.tandem.diff.Translated.Refused;
import dev.tandem.diff.Translated.Whole;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MappingDiffTest {
  private static final Schema V1 =
      SchemaBuilder.record("V1")
          .fields()
          .requiredString("name")
          .requiredString("status")
          .requiredBytes("amount")
          .endRecord();

  private static final Schema V2 =
      SchemaBuilder.record("V2")
          .fields()
          .optionalString("nick")
          .requiredString("status")
          .requiredString("name")
          .requiredBytes("amount")
          .endRecord();

  private final MappingDiff diff = new MappingDiff(2, Set.of("name"));

  private static GenericRecord record(Schema schema, String name, String status, String amount) {
    var record = new GenericData.Record(schema);
    record.put("name", name);
    record.put("status", status);
    record.put("amount", new BigDecimal(amount));
    return record;
  }

  private static Whole whole(Schema schema, String name, String status, String amount) {
    return new Whole(record(schema, name, status, amount), "acme");
  }

  @Test
  void shouldCompareByNameAndValueAcrossVersions() {
    diff.add("1", whole(V1, "a", "A", "1.0"), whole(V2, "a", "A", "1.00"));
    assertThat(diff.count(Change.SAME)).isEqualTo(1);
    assertThat(diff.isDifferent()).isFalse();
    assertThat(diff.tenants()).isEmpty();
  }

  @Test
  void shouldCountAFieldThatOnlyOneVersionHasWhereItHasAValue() {
    var after = record(V2, "a", "A", "1");
    after.put("nick", "x");
    diff.add("1", whole(V1, "a", "A", "1"), new Whole(after, "acme"));
    assertThat(diff.fields()).isEqualTo(Map.of("nick", 1L));
  }

  @Test
  void shouldShowSoManySamplesAndNoSensitiveValue() {
    for (int i = 0; i < 5; i++) {
      diff.add("k" + i, whole(V1, "secret", "A", "1"), whole(V1, "other secret", "B", "1"));
    }
    assertThat(diff.count(Change.CHANGED)).isEqualTo(5);
    assertThat(diff.fields()).isEqualTo(Map.of("name", 5L, "status", 5L));
    assertThat(diff.tenants()).isEqualTo(Map.of("acme", 5L));
    assertThat(diff.samples(Change.CHANGED)).hasSize(2);
    assertThat(diff.samples(Change.CHANGED).toString())
        .contains("status", "k0")
        .doesNotContain("secret");
    assertThat(diff.samples(Change.CHANGED).getFirst().fields())
        .isEqualTo(
            List.of(
                new MappingDiff.Field("name", MappingDiff.MASKED, MappingDiff.MASKED),
                new MappingDiff.Field("status", "A", "B")));
  }

  @Test
  void shouldTellWhatWouldComeAndGo() {
    Whole whole = whole(V1, "a", "A", "1");
    var refused = new Refused("status: no value for Z");
    assertThat(only(null, whole)).isEqualTo(Change.ADDED);
    assertThat(only(whole, null)).isEqualTo(Change.REMOVED);
    assertThat(only(whole, refused)).isEqualTo(Change.NO_LONGER_TRANSLATED);
    assertThat(only(refused, whole)).isEqualTo(Change.NEWLY_TRANSLATED);
    assertThat(only(refused, refused)).isEqualTo(Change.NEVER_TRANSLATED);
    assertThat(only(whole, new Translated.Unknown())).isEqualTo(Change.UNKNOWN);
  }

  private static Change only(@Nullable Translated before, @Nullable Translated after) {
    var one = new MappingDiff(1, Set.of());
    one.add("1", before, after);
    return List.of(Change.values()).stream()
        .filter(change -> one.count(change) == 1)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldSayWhyAnEntityWouldBecomeADeadLetter() {
    diff.add("1", whole(V1, "a", "Z", "1"), new Refused("status: no value for Z"));
    assertThat(diff.samples(Change.NO_LONGER_TRANSLATED).getFirst().reason())
        .isEqualTo("status: no value for Z");
    assertThat(diff.isDifferent()).isTrue();
  }
}
