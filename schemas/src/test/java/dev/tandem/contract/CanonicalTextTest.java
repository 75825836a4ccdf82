package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Locale;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class CanonicalTextTest {
  @Test
  void shouldGiveEqualDecimalsOneText() {
    var decimal = LogicalTypes.decimal(12, 3).addToSchema(Schema.create(Schema.Type.BYTES));
    assertThat(CanonicalText.of(decimal, new BigDecimal("1200.000"))).isEqualTo("1200");
    assertThat(CanonicalText.of(decimal, new BigDecimal("1.2E+3"))).isEqualTo("1200");
    assertThat(CanonicalText.of(decimal, new BigDecimal("0.000"))).isEqualTo("0");
    assertThat(CanonicalText.of(decimal, new BigDecimal("-0.50"))).isEqualTo("-0.5");
  }

  @Test
  void shouldWriteUuidsInLowerCaseAndOtherTextAsItIs() {
    var uuid = LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
    String upper = "6BA7B810-9DAD-11D1-80B4-00C04FD430C8";
    assertThat(CanonicalText.of(uuid, upper)).isEqualTo(upper.toLowerCase(Locale.ROOT));
    assertThat(CanonicalText.of(Schema.create(Schema.Type.STRING), upper)).isEqualTo(upper);
  }

  @Test
  void shouldLookThroughTheUnionOfAnOptionalField() {
    var optional =
        Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.LONG));
    assertThat(CanonicalText.supports(optional)).isTrue();
    assertThat(CanonicalText.of(optional, -7L)).isEqualTo("-7");
  }

  @Test
  void shouldRefuseWhatHasNoOneText() {
    var schema = Schema.create(Schema.Type.DOUBLE);
    assertThat(CanonicalText.supports(schema)).isFalse();
    assertThatThrownBy(() -> CanonicalText.of(schema, 0.1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
