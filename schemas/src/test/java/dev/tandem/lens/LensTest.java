package dev.tandem.lens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.row.Row;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LensTest {
  private static final String INSTANT = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
  private static final String MONEY =
      "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2}";

  @Test
  void shouldMakeTheUuidsOfTheRfc() {
    assertThat(Uuid5.of(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"))
        .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
    assertThat(Uuid5.TANDEM).hasToString("600d4a56-a015-5753-8b63-a8b1258b11eb");
    assertThat(get("{ uuid5: cust_no, namespace: customer }", "\"string\"", Map.of()))
        .isEqualTo("8d0e52bf-cfb6-5c61-91a1-9aeab908ec08");
  }

  @Test
  void shouldMakeOneUuidOfEqualNumerics() {
    String lens = "{ uuid5: [free, stat_cd], namespace: n }";
    assertThat(get(lens, "\"string\"", Map.of("free", "1.50", "stat_cd", "A")))
        .isEqualTo(get(lens, "\"string\"", Map.of("free", "1.5", "stat_cd", "A")));
    assertThat(
            get(
                "{ uuid5: [tnt, doc], namespace: n }",
                "\"string\"",
                Map.of("tnt", "ab", "doc", "c")))
        .isNotEqualTo(
            get(
                "{ uuid5: [tnt, doc], namespace: n }",
                "\"string\"",
                Map.of("tnt", "a", "doc", "bc")));
  }

  @ParameterizedTest
  @CsvSource({
    "2024-07-01T12:00:00, earlier, 2024-07-01T10:00:00Z",
    "2024-03-31T02:30:00, later, 2024-03-31T01:30:00Z",
    "2024-03-31T02:30:00, earlier, 2024-03-31T00:30:00Z",
    "2024-10-27T02:30:00, earlier, 2024-10-27T00:30:00Z",
    "2024-10-27T02:30:00, later, 2024-10-27T01:30:00Z",
  })
  void shouldReadLocalTimesWhereClocksAreTurned(String local, String choice, String instant) {
    long micros =
        ChronoUnit.MICROS.between(
            Instant.EPOCH, LocalDateTime.parse(local).toInstant(ZoneOffset.UTC));
    String lens =
        "{ timestamp: crt_dt, zone: Europe/Berlin, gap: " + choice + ", overlap: " + choice + " }";
    assertThat(get(lens, INSTANT, Map.of("crt_dt", micros)))
        .isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant)));
  }

  @Test
  void shouldRefuseLocalTimesInAGapWhereThatIsDeclared() {
    long micros = 1_711_852_200_000_000L;
    assertThatThrownBy(
            () ->
                get(
                    "{ timestamp: crt_dt, zone: Europe/Berlin, gap: fail }",
                    INSTANT,
                    Map.of("crt_dt", micros)))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("a gap");
  }

  @Test
  void shouldRefuseInfinitiesAndNaN() {
    assertThatThrownBy(() -> get("seen", INSTANT, Map.of("seen", Long.MAX_VALUE)))
        .hasMessageContaining("infinity");
    assertThatThrownBy(
            () ->
                get(
                    "born",
                    "{\"type\":\"int\",\"logicalType\":\"date\"}",
                    Map.of("born", Integer.MIN_VALUE)))
        .hasMessageContaining("infinity");
    assertThatThrownBy(() -> get("free", MONEY, Map.of("free", "NaN"))).hasMessageContaining("NaN");
  }

  @Test
  void shouldNeverDropADigitOfADecimalSilently() {
    assertThat(get("free", MONEY, Map.of("free", "1.5"))).isEqualTo(new BigDecimal("1.50"));
    assertThatThrownBy(() -> get("free", MONEY, Map.of("free", "1.501")))
        .hasMessageContaining("at most 2 fraction digits");
    assertThatThrownBy(() -> get("free", MONEY, Map.of("free", "12345.00")))
        .hasMessageContaining("at most 6 digits");
    assertThat(get("{ decimal: free, rounding: half-even }", MONEY, Map.of("free", "1.505")))
        .isEqualTo(new BigDecimal("1.50"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "clamp, 3000000000, 2147483647",
        "clamp, -3000000000, -2147483648",
        "clamp, 1.9, 1",
        "clamp, 7, 7",
        "null, 3000000000, null",
        "null, 1.9, null",
        "null, x, null",
        "fail, 1.0, 1",
      })
  void shouldCastAsDeclaredWhereAValueDoesNotFit(
      @Nullable String overflow, String text, @Nullable Integer expected) {
    assertThat(
            get(
                "{ cast: tnt, to: int, overflow: " + (overflow == null ? "null" : overflow) + " }",
                "[\"null\",\"int\"]",
                Map.of("tnt", text)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"3000000000", "1.5", "x", "1e999999999", "''"})
  void shouldRefuseWhatACastCannotHold(String text) {
    assertThatThrownBy(() -> get("{ cast: tnt, to: int }", "\"int\"", Map.of("tnt", text)))
        .isInstanceOf(Refused.class)
        .hasMessageNotContaining(text.isEmpty() ? "''" : "'" + text + "'");
  }

  @Test
  void shouldSplitFromBothEnds() {
    var name = Map.of("tnt", "Ada King Byron");
    assertThat(get("{ split: tnt, at: ' ', part: 0 }", "\"string\"", name)).isEqualTo("Ada");
    assertThat(get("{ split: tnt, at: ' ', part: -1 }", "\"string\"", name)).isEqualTo("Byron");
    assertThat(get("{ split: tnt, at: ' ', part: 5 }", "[\"null\",\"string\"]", name)).isNull();
  }

  @Test
  void shouldJoinWhatIsThere() {
    var half = new HashMap<String, @Nullable Object>();
    half.put("fname", null);
    half.put("lname", "Byron");
    String lens = "{ join: [fname, lname], with: ' ' }";
    assertThat(get(lens, "[\"null\",\"string\"]", half)).isEqualTo("Byron");
    half.put("lname", null);
    assertThat(get(lens, "[\"null\",\"string\"]", half)).isNull();
  }

  @Test
  void shouldTrimToNullWhereDeclared() {
    assertThat(get("{ trim: tnt }", "\"string\"", Map.of("tnt", "  a "))).isEqualTo("a");
    assertThat(get("{ trim: tnt, empty: null }", "[\"null\",\"string\"]", Map.of("tnt", "  ")))
        .isNull();
  }

  @Test
  void shouldConcatenateColumnsAndArrays() {
    assertThat(
            get(
                "{ concat: [fname, tags] }",
                "{\"type\":\"array\",\"items\":\"string\"}",
                Map.of("fname", "a", "tags", List.of("b", "c"))))
        .isEqualTo(List.of("a", "b", "c"));
  }

  @Test
  void shouldRunJavaLensesAndHideWhatTheySay() {
    String lens = "{ java: shout, from: [tnt] }";
    assertThat(get(lens, "\"string\"", Map.of("tnt", "a"))).isEqualTo("A!");
    assertThatThrownBy(() -> get(lens, "\"string\"", Map.of("tnt", "secret")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("IllegalStateException")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "crt_dt | {'type':'long','logicalType':'timestamp-micros'} | timestamp: crt_dt",
        "bal_cents | {'type':'bytes','logicalType':'decimal','precision':6,'scale':2} | decimal: bal",
        "bal_cents | 'string' | cast: bal_cents, to: string",
        "{ timestamp: crt_dt, zone: Europe/Berln } |"
            + " {'type':'long','logicalType':'timestamp-micros'} | 'Europe/Berlin'",
        "{ lookup: tnt, values: { a: ACTVE } } |"
            + " {'type':'enum','name':'S','symbols':['ACTIVE']} | 'ACTIVE'",
        "{ cast: tnt, to: int, overflw: fail } | 'int' | 'overflow'",
        "{ java: none, from: tnt } | 'string' | META-INF/services",
        "{ decimal: bal_cents } | {'type':'bytes','logicalType':'decimal','precision':6,'scale':2}"
            + " | add it",
      })
  void shouldNameTheFix(String lens, String schema, String fix) {
    var problems = new Problems();
    field(lens, schema.replace('\'', '"'), problems);
    assertThat(problems.all()).singleElement().extracting(Problem::fix).asString().contains(fix);
  }

  private static @Nullable Object get(
      String lens, String schema, Map<String, ? extends @Nullable Object> values) {
    var problems = new Problems();
    var made = field(lens, schema, problems);
    assertThat(problems.all()).isEmpty();
    Row row = Customers.customer(values);
    return made.orElseThrow().get(new Binder(made.get().inputs()).cells(row, Map.of()));
  }

  private static Optional<Lens> field(String lens, String schema, Problems problems) {
    var node = Objects.requireNonNull(Customers.yaml("it: " + lens).entries().get("it"));
    return new LensCompiler(Scope.of(Customers.ROOT), Optional.empty(), problems)
        .field(node, Customers.contract("it:" + schema).getFields().getFirst().schema(), "it");
  }
}
