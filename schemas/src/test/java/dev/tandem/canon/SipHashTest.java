package dev.tandem.canon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.canon.SipHash.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {
  private static final SipHash HASH = new SipHash(counting(SipHash.KEY_SIZE));

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static String text(Digest digest) {
    var bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    return HexFormat.of().formatHex(bytes.putLong(digest.low()).putLong(digest.high()).array());
  }

  /// The reference implementation's vectors: bytes 0, 1, 2, … under the key 0, 1, 2, ….
  @ParameterizedTest
  @CsvSource({"0,a3817f04ba25a8e66df67214c7550293", "1,da87c1d86b99af44347659119b22fc45"})
  void shouldGiveTheReferenceVectors(int length, String expected) {
    assertThat(text(HASH.digest(counting(length)))).isEqualTo(expected);
  }

  @Test
  void shouldDependOnTheKeyAndOnEveryByte() {
    byte[] content = counting(21);
    Digest digest = HASH.digest(content);
    assertThat(new SipHash(new byte[SipHash.KEY_SIZE]).digest(content)).isNotEqualTo(digest);
    for (int i = 0; i < content.length; i++) {
      byte[] other = content.clone();
      other[i] ^= 1;
      assertThat(HASH.digest(other)).isNotEqualTo(digest);
    }
    assertThat(HASH.digest(counting(20))).isNotEqualTo(digest);
  }

  @Test
  void shouldAddUpWhateverTheOrderAndCarry() {
    var one = new Digest(1, -1);
    var other = new Digest(2, 2);
    assertThat(one.plus(other)).isEqualTo(other.plus(one)).isEqualTo(new Digest(4, 1));
  }

  @Test
  void shouldRefuseAKeyOfAnotherLength() {
    assertThatThrownBy(() -> new SipHash(new byte[15])).hasMessageContaining("found 15");
  }
}
