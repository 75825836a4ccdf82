package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.table.Carrier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowKeysTest {
  private static byte[] key(Carrier carrier, Object value) {
    var out = new ByteSink();
    RowKeys.append(out, carrier, value);
    return out.toByteArray();
  }

  @Test
  void shouldBeEqualForEqualValuesOfDifferentTypes() {
    assertThat(key(Carrier.INT, 7)).isEqualTo(key(Carrier.LONG, 7L));
    assertThat(key(Carrier.NUMERIC, "7.00")).isEqualTo(key(Carrier.LONG, 7L));
    assertThat(key(Carrier.NUMERIC, "1.50")).isEqualTo(key(Carrier.NUMERIC, "1.5"));
    assertThat(key(Carrier.NUMERIC, "-0.00")).isEqualTo(key(Carrier.NUMERIC, "0"));
    assertThat(key(Carrier.NUMERIC, "9223372036854775807"))
        .isEqualTo(key(Carrier.LONG, Long.MAX_VALUE));
    assertThat(key(Carrier.NUMERIC, "9223372036854775808"))
        .isNotEqualTo(key(Carrier.LONG, Long.MIN_VALUE));
    assertThat(key(Carrier.DOUBLE, -0.0)).isEqualTo(key(Carrier.FLOAT, 0.0f));
  }

  @Test
  void shouldSortIntegersByValueAndTextByItsBytes() {
    var values = List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE);
    for (int i = 1; i < values.size(); i++) {
      assertThat(
              Arrays.compareUnsigned(
                  key(Carrier.LONG, values.get(i - 1)), key(Carrier.LONG, values.get(i))))
          .isNegative();
    }
    assertThat(Arrays.compareUnsigned(key(Carrier.TEXT, "a"), key(Carrier.TEXT, "a\0")))
        .isNegative();
    assertThat(Arrays.compareUnsigned(key(Carrier.TEXT, "a\0"), key(Carrier.TEXT, "b")))
        .isNegative();
  }

  @Test
  void shouldEndEachValueWhereItSaysSo() {
    var values =
        List.of(
            key(Carrier.TEXT, ""),
            key(Carrier.TEXT, "a\0b"),
            key(Carrier.TEXT, "a\0"),
            key(Carrier.BYTES, new byte[] {0, 0, 1}),
            key(Carrier.INT, 0),
            key(Carrier.BOOLEAN, true),
            key(Carrier.NUMERIC, "NaN"),
            key(Carrier.NUMERIC, "1.5"),
            key(Carrier.DOUBLE, 1.5),
            key(Carrier.UUID, "00000000-0000-0000-0000-000000000000"));
    for (byte[] value : values) {
      byte[] longer = Arrays.copyOf(value, value.length + 3);
      assertThat(RowKeys.skip(longer, 0)).isEqualTo(value.length);
      assertThat(values.stream().filter(other -> new StateKey(other).startsWith(value))).hasSize(1);
    }
  }
}
