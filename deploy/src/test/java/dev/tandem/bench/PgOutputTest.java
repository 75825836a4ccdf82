package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.table.TableScript;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Op;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgOutputTest {
  private static final Lsn AT = new Lsn(4_000);
  private static final int TABLE = 16_400;

  /// A transaction id beyond the first circle of 32 bits.
  private static final long NEXT_XID = (1L << 32) + 1_000;

  private final PgOutput decoder =
      new PgOutput(
          TableScript.parse(
              "CREATE TABLE t (id integer PRIMARY KEY, note text, amount numeric(8,2), at"
                  + " timestamp)"),
          NEXT_XID);

  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  private OutboxRecord.Change read(Content... contents) throws IOException {
    return Objects.requireNonNull(message(contents));
  }

  private OutboxRecord.@Nullable Change message(Content... contents) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    for (Content content : contents) {
      content.write(out);
    }
    return decoder.read(ByteBuffer.wrap(bytes.toByteArray()), AT);
  }

  private static Content kind(char kind) {
    return out -> out.writeByte(kind);
  }

  private static Content change(char kind) {
    return out -> {
      out.writeByte(kind);
      out.writeInt(TABLE);
    };
  }

  private static Content word(String word) {
    return out -> {
      out.write(word.getBytes(StandardCharsets.UTF_8));
      out.writeByte(0);
    };
  }

  private static Content column(String name) {
    return out -> {
      out.writeByte(0);
      word(name).write(out);
      out.writeInt(0);
      out.writeInt(-1);
    };
  }

  private static Content columns(int count) {
    return out -> out.writeShort(count);
  }

  private static Content integer(int value) {
    return out -> {
      out.writeByte('b');
      out.writeInt(4);
      out.writeInt(value);
    };
  }

  private static Content text(String value) {
    return out -> {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      out.writeByte('b');
      out.writeInt(bytes.length);
      out.write(bytes);
    };
  }

  /// 12.50
  private static Content numeric() {
    return out -> {
      out.writeByte('b');
      out.writeInt(12);
      for (int each : new int[] {2, 0, 0, 2, 12, 5_000}) {
        out.writeShort(each);
      }
    };
  }

  /// One second into the year 2000.
  private static Content timestamp() {
    return out -> {
      out.writeByte('b');
      out.writeInt(8);
      out.writeLong(1_000_000);
    };
  }

  @BeforeEach
  void begin() throws IOException {
    message(
        kind('B'),
        out -> {
          out.writeLong(5_000);
          out.writeLong(2_000_000);
          out.writeInt(900);
        });
    // Its columns come in another order than the table has them, and one more.
    message(
        change('R'),
        word("public"),
        word("t"),
        kind('d'),
        columns(5),
        column("note"),
        column("gone"),
        column("id"),
        column("amount"),
        column("at"));
  }

  private OutboxRecord.Change inserted() throws IOException {
    return read(
        change('I'),
        kind('N'),
        columns(5),
        text("grün"),
        integer(7),
        integer(1),
        numeric(),
        timestamp());
  }

  private static Row row(@Nullable Row row) {
    return Objects.requireNonNull(row);
  }

  @Test
  void shouldReadEveryValueIntoItsCarrier() throws IOException {
    var change = inserted();
    assertThat(change.op()).isEqualTo(Op.INSERT);
    assertThat(row(change.after()).values())
        .containsExactly(1, "grün", "12.50", 946_684_801_000_000L);
    assertThat(change.before()).isNull();
  }

  @Test
  void shouldPlaceAChangeInItsTransaction() throws IOException {
    var first = inserted();
    var second = inserted();
    assertThat(first.position().xid()).isEqualTo((1L << 32) + 900);
    assertThat(first.position().lsn()).isEqualTo(AT);
    assertThat(first.committedAt()).isEqualTo(946_684_802_000_000L);
    assertThat(first.position().ordinal()).isZero();
    assertThat(second.position().ordinal()).as("of one record of the log").isEqualTo(1);
  }

  @Test
  void shouldSetATransactionBehindTheOneBefore() throws IOException {
    message(
        kind('C'),
        out -> {
          out.writeByte(0);
          out.writeLong(5_000);
          out.writeLong(5_100);
          out.writeLong(0);
        });
    assertThat(inserted().position().after()).isEqualTo(new Lsn(5_100));
  }

  @Test
  void shouldLeaveUnknownWhatTheLogLeavesOut() throws IOException {
    var change =
        read(
            change('U'),
            kind('N'),
            columns(5),
            kind('u'),
            kind('n'),
            integer(1),
            kind('n'),
            kind('n'));
    assertThat(change.op()).isEqualTo(Op.UPDATE);
    assertThat(row(change.after()).values()).containsExactly(1, Row.UNKNOWN, null, null);
  }

  @Test
  void shouldKnowOfADeletedRowItsIdentityAlone() throws IOException {
    var change =
        read(
            change('D'),
            kind('K'),
            columns(5),
            kind('n'),
            kind('n'),
            integer(1),
            kind('n'),
            kind('n'));
    assertThat(change.op()).isEqualTo(Op.DELETE);
    assertThat(change.after()).isNull();
    assertThat(row(change.before()).values())
        .containsExactly(1, Row.UNKNOWN, Row.UNKNOWN, Row.UNKNOWN);
  }

  @Test
  void shouldRefuseTextWhereItKnowsTheBinaryFormAlone() {
    assertThatThrownBy(
            () ->
                read(
                    change('I'),
                    kind('N'),
                    columns(5),
                    kind('n'),
                    kind('n'),
                    out -> {
                      out.writeByte('t');
                      out.writeInt(1);
                      out.writeByte('1');
                    },
                    kind('n'),
                    kind('n')))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("column id");
  }
}
