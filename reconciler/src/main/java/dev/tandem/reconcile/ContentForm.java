package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.canon.SipHash.Digest;
import dev.tandem.canon.Token;
import dev.tandem.canon.Token.Shown;
import dev.tandem.contract.OptionalSchema;
import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.plan.ContractSize;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.TargetPlan.Child;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.row.Row;
import dev.tandem.wire.Divergence.FieldDifference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// The content of one entity as bytes that are equal if and only if the content is: whether the
/// root is there, a token for each of its columns that is compared, and for each list a count and
/// the sum of its items' keyed digests, so that an item's change needs no other item. Not
/// thread-safe.
///
/// Compared are the columns that apply writes, without the key, which names the entity, and without
/// what the spec says that the target computes.
final class ContentForm {
  private final EntityPlan entity;
  private final SipHash hash;
  private final ContractSize size;
  private final List<Column> root;
  private final List<ListForm> lists;
  private final ByteSink out = new ByteSink();
  private final ByteSink item = new ByteSink();

  /// A column that is compared.
  ///
  /// @param kept the name under which its token is kept
  record Column(TargetColumn target, String kept, int field, Token token) {}

  /// A list that is compared.
  ///
  /// @param number of its source, from 1
  /// @param field position of the list in the contract
  private record ListForm(int number, String name, int field, List<Column> columns) {}

  /// @param largest bytes that key and value of the entity's record may have together
  ContentForm(EntityPlan entity, SipHash hash, int largest) {
    this.entity = entity;
    this.size = new ContractSize(entity.mapping(), largest);
    this.hash = hash;
    var reconciliation = entity.reconciliation();
    Schema contract = entity.mapping().contract();
    var target = entity.target().root();
    this.root =
        target.columns().stream()
            .filter(column -> !target.key().contains(column.name()))
            .filter(column -> !reconciliation.computed().contains(column.field()))
            .map(column -> column(column, contract, column.field()))
            .toList();
    this.lists = new ArrayList<>();
    for (int i = 0; i < entity.target().children().size(); i++) {
      Child child = entity.target().children().get(i);
      if (!reconciliation.computed().contains(child.field())) {
        lists.add(list(i + 1, child, contract));
      }
    }
  }

  private ListForm list(int number, Child child, Schema contract) {
    Schema.Field field = contract.getField(child.field());
    Schema record = OptionalSchema.bare(OptionalSchema.bare(field.schema()).getElementType());
    var columns =
        child.table().columns().stream()
            .map(column -> column(column, record, child.field()))
            .toList();
    return new ListForm(number, child.field(), field.pos(), columns);
  }

  private Column column(TargetColumn column, Schema record, String marked) {
    var shown = entity.reconciliation().sensitive().contains(marked) ? Shown.DIGESTED : Shown.PLAIN;
    return new Column(
        column,
        ObservedRows.tokenOf(column.name()),
        record.getField(column.field()).pos(),
        new Token(column, record, shown, hash));
  }

  /// The columns of a source that are compared, the root's for number 0.
  List<Column> columns(int number) {
    if (number == 0) {
      return root;
    }
    return lists.stream()
        .filter(list -> list.number == number)
        .findFirst()
        .map(ListForm::columns)
        .orElse(List.of());
  }

  /// What the target should hold.
  ///
  /// @throws dev.tandem.plan.MappingException if the entity is too large to be forwarded, so that
  ///     translation makes a dead letter of it
  byte[] expected(GenericRecord contract) {
    size.require(contract);
    out.clear();
    out.put(1);
    for (Column column : root) {
      out.putBlob(column.token.expected(contract.get(column.field)));
    }
    for (ListForm list : lists) {
      var items = (Collection<?>) contract.get(list.field);
      Digest sum = Digest.ZERO;
      int count = 0;
      if (items != null) {
        for (Object each : items) {
          sum = sum.plus(expected(list, (GenericRecord) each));
          count++;
        }
      }
      put(count, sum);
    }
    return out.toByteArray();
  }

  private void put(int count, Digest sum) {
    out.putVarint(count);
    out.putLong(sum.high());
    out.putLong(sum.low());
  }

  private Digest expected(ListForm list, GenericRecord record) {
    item.clear();
    for (Column column : list.columns) {
      item.putBlob(column.token.expected(record.get(column.field)));
    }
    return hash.digest(item.toByteArray());
  }

  /// What the target holds; null if nothing of the entity is there.
  byte @Nullable [] observed(ObservedEntity entity) {
    if (entity.isGone()) {
      return null;
    }
    out.clear();
    Row held = entity.root();
    out.put(held == null ? 0 : 1);
    if (held != null) {
      for (Column column : root) {
        out.putBlob(token(column, held));
      }
    }
    for (ListForm list : lists) {
      Digest sum = Digest.ZERO;
      List<Row> items = entity.children(list.number);
      for (Row each : items) {
        sum = sum.plus(observed(list, each));
      }
      put(items.size(), sum);
    }
    return out.toByteArray();
  }

  private Digest observed(ListForm list, Row row) {
    item.clear();
    for (Column column : list.columns) {
      item.putBlob(token(column, row));
    }
    return hash.digest(item.toByteArray());
  }

  private static byte[] token(Column column, Row row) {
    Object value = row.value(column.kept);
    return value instanceof byte[] token ? token : column.token.observed(null);
  }

  /// Which fields differ. Of a list only its name and the counts are known.
  List<FieldDifference> differences(byte @Nullable [] expected, byte @Nullable [] observed) {
    if (expected == null || observed == null) {
      return List.of();
    }
    var left = new ByteSource(expected);
    var right = new ByteSource(observed);
    boolean wanted = left.take() == 1;
    boolean found = right.take() == 1;
    var differences = new ArrayList<FieldDifference>();
    for (Column column : root) {
      byte[] one = wanted ? left.takeBlob() : new byte[] {0};
      byte[] other = found ? right.takeBlob() : new byte[] {0};
      if (!Arrays.equals(one, other)) {
        differences.add(
            new FieldDifference(
                column.target.field(), column.token.text(one), column.token.text(other)));
      }
    }
    for (ListForm list : lists) {
      int one = left.takeInt();
      int other = right.takeInt();
      var wantedItems = new Digest(left.takeLong(), left.takeLong());
      var foundItems = new Digest(right.takeLong(), right.takeLong());
      boolean same = one == other && wantedItems.equals(foundItems);
      if (!same) {
        differences.add(new FieldDifference(list.name, one + " items", other + " items"));
      }
    }
    return differences;
  }
}
