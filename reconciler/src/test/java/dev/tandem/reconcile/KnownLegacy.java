package dev.tandem.reconcile;

import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The legacy store as far as somebody knows it from the outbox, who was not told of everything: an
/// oracle of its own, without a store, steps or versions. Content is text, as in [LegacyHistory].
final class KnownLegacy {
  /// When a row was told last.
  ///
  /// @param xid of the change that told it, 0 if a sweep did
  /// @param snapshot of the sweep that told it, the first transaction that it has not seen
  private record Told(int epoch, long xid, long snapshot) {
    /// Whether a sweep would have seen this, and is another one.
    boolean isBefore(int sweptIn, long seenBelow) {
      return epoch < sweptIn
          || epoch == sweptIn && (xid == 0 ? snapshot < seenBelow : xid < seenBelow);
    }
  }

  /// Where a row stands that may go to another partition while its key stays.
  private enum Standing {
    OWN,
    /// It went to another partition, and what it was stays.
    LEFT,
    /// It came from another partition, and is not this one's yet.
    ENTERED,
    /// Another order has its code: what became of it was not captured.
    TAKEN
  }

  /// @param row null if it is known to be gone
  private record Known(Told told, @Nullable Row row, Standing standing) {
    Known(Told told, @Nullable Row row) {
      this(told, row, Standing.OWN);
    }

    boolean isHome() {
      return row != null && standing != Standing.ENTERED;
    }
  }

  /// Rows by what names them in their aggregate.
  private final Map<TableId, Map<List<Object>, Known>> tables = new HashMap<>();

  private final Map<TableId, Told> truncated = new HashMap<>();

  /// The codes that orders had at the last end of a transaction at which they were here.
  private final Map<Object, Object> codes = new HashMap<>();

  KnownLegacy() {
    for (TableId table : List.of(Shop.CUST, Shop.ADDR, Shop.ORD)) {
      tables.put(table, new TreeMap<>(KnownLegacy::inOrder));
    }
  }

  private static int inOrder(List<Object> left, List<Object> right) {
    for (int i = 0; i < left.size(); i++) {
      int order =
          Long.compare(((Number) left.get(i)).longValue(), ((Number) right.get(i)).longValue());
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private Map<List<Object>, Known> of(TableId table) {
    return Objects.requireNonNull(tables.get(table));
  }

  /// Knows a row from the beginning.
  void knows(Row row) {
    of(row.schema().table()).put(place(row), new Known(new Told(1, 0, 0), row));
  }

  private static List<Object> place(Row row) {
    TableId table = row.schema().table();
    Object first = Objects.requireNonNull(row.values()[0]);
    return table.equals(Shop.ADDR)
        ? List.of(Objects.requireNonNull(row.value("cust_no")), first)
        : List.of(first);
  }

  /// Whether a customer is known whole, from changes or sweeps of an epoch.
  boolean holds(int customer, int epoch) {
    Known known = of(Shop.CUST).get(List.of((Object) customer));
    return known != null && known.row != null && known.told.epoch == epoch;
  }

  void change(Change change) {
    var told = new Told(change.position().epoch(), change.position().xid(), 0);
    var rows = of(change.table());
    if (change.op() == Op.TRUNCATE) {
      rows.replaceAll((_, known) -> known.row == null ? known : new Known(told, null));
      truncated.put(change.table(), told);
      return;
    }
    Row before = change.before();
    Row after = change.after();
    if (change.table().equals(Shop.ORD)) {
      order(told, before, after);
      return;
    }
    if (before != null) {
      rows.put(place(before), new Known(told, null));
    }
    if (after != null) {
      rows.put(place(after), new Known(told, filled(after, rows.get(place(after)))));
    }
  }

  private void order(Told told, @Nullable Row before, @Nullable Row after) {
    var rows = of(Shop.ORD);
    List<Object> place = place(Objects.requireNonNull(after == null ? before : after));
    Known known = rows.get(place);
    boolean isHome = known != null && known.isHome();
    if (after == null) {
      rows.put(place, new Known(told, null));
    } else if (before == null) {
      rows.put(place, new Known(told, after));
      take(place, after);
    } else if (!isHere(after)) {
      rows.put(
          place,
          isHome
              ? new Known(told, Objects.requireNonNull(known).row, Standing.LEFT)
              : new Known(told, null));
    } else if (!isHere(before)) {
      rows.put(place, new Known(told, after, isHome ? Standing.OWN : Standing.ENTERED));
    } else {
      boolean isAway =
          known != null
              && known.standing == Standing.ENTERED
              && Objects.equals(before.value("code"), after.value("code"));
      rows.put(place, new Known(told, after, isAway ? Standing.ENTERED : Standing.OWN));
      take(place, after);
    }
  }

  /// An order has its code from now on, whoever had it before.
  private void take(List<Object> place, Row taker) {
    of(Shop.ORD)
        .replaceAll(
            (other, known) ->
                !other.equals(place)
                        && known.row != null
                        && known.standing == Standing.OWN
                        && Objects.equals(known.row.value("code"), taker.value("code"))
                    ? new Known(known.told, known.row, Standing.TAKEN)
                    : known);
  }

  private static boolean isHere(Row order) {
    return LegacyHistory.isHere(order);
  }

  private static boolean isPoison(Row order) {
    return LegacyHistory.POISON.equals(order.value("state"));
  }

  private static Row filled(Row row, @Nullable Known known) {
    @Nullable Object[] values = row.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == Row.UNKNOWN) {
        values[i] = Objects.requireNonNull(Objects.requireNonNull(known).row).values()[i];
      }
    }
    return new Row(row.schema(), values);
  }

  /// A transaction has ended: what is here is called as it is now.
  void settle() {
    for (var each : of(Shop.ORD).entrySet()) {
      Known known = each.getValue();
      Row row = known.row;
      if (row == null) {
        codes.remove(each.getKey());
      } else if (known.standing == Standing.OWN) {
        codes.put(each.getKey(), Objects.requireNonNull(row.value("code")));
      }
    }
  }

  /// Whether an order is not this partition's, and what it was here stays.
  private boolean isStranded(List<Object> place, Known known) {
    return switch (known.standing) {
      case OWN, TAKEN -> false;
      case LEFT -> true;
      case ENTERED -> codes.containsKey(place);
    };
  }

  /// The code of an order that went elsewhere: the one that it was written with here.
  private Object codeOf(Known left) {
    Row row = Objects.requireNonNull(left.row);
    return Objects.requireNonNull(codes.getOrDefault(place(row), row.value("code")));
  }

  /// A sweep shows a row.
  ///
  /// @param seenBelow the first transaction that the sweep has not seen
  /// @return the entity of which that was not known; empty if it was, or belongs to none
  Map<String, Divergence.Kind> swept(int epoch, long seenBelow, Row row) {
    TableId table = row.schema().table();
    var rows = of(table);
    Known known = rows.get(place(row));
    Told gone = truncated.get(table);
    if (gone != null && !isSeen(gone, epoch, seenBelow)) {
      return Map.of();
    }
    boolean isAway = known != null && known.standing == Standing.ENTERED;
    if (known != null && !isSeen(known.told, epoch, seenBelow)) {
      if (!isAway) {
        return Map.of();
      }
      rows.put(place(row), new Known(known.told, known.row));
      return Map.of(entity(Objects.requireNonNull(known.row)), Divergence.Kind.CAPTURE_LOSS);
    }
    boolean same =
        known != null
            && known.row != null
            && !isAway
            && Arrays.equals(known.row.values(), row.values());
    rows.put(place(row), new Known(new Told(epoch, 0, seenBelow), row));
    String entity = entity(row);
    return same || entity.isEmpty() ? Map.of() : Map.of(entity, Divergence.Kind.CAPTURE_LOSS);
  }

  private static boolean isSeen(Told told, int epoch, long seenBelow) {
    return told.epoch < epoch || told.xid < seenBelow;
  }

  /// A full sweep of a table has ended: what it did not meet is gone.
  Map<String, Divergence.Kind> ended(TableId table, int epoch, long seenBelow) {
    var ghosts = new TreeMap<String, Divergence.Kind>();
    for (var each : of(table).entrySet()) {
      Known known = each.getValue();
      Row row = known.row;
      if (row != null && known.told.isBefore(epoch, seenBelow)) {
        String entity =
            isStranded(each.getKey(), known)
                ? LegacyHistory.order((Long) codeOf(known))
                : known.standing == Standing.TAKEN
                    ? isPoison(row) ? LegacyHistory.NAMELESS : ""
                    : known.isHome() ? entity(row) : "";
        each.setValue(new Known(new Told(epoch, Math.max(1, seenBelow - 1), 0), null));
        if (!entity.isEmpty()) {
          ghosts.put(entity, Divergence.Kind.GHOST);
        }
      }
    }
    return ghosts;
  }

  /// The entity that a row is of; empty for an address of nobody.
  private String entity(Row row) {
    TableId table = row.schema().table();
    if (table.equals(Shop.ORD)) {
      return LegacyHistory.order((Long) Objects.requireNonNull(row.value("code")));
    }
    Object number = Objects.requireNonNull(row.value(table.equals(Shop.CUST) ? "no" : "cust_no"));
    Known root = of(Shop.CUST).get(List.of(number));
    return root == null || root.row == null ? "" : LegacyHistory.customer((Integer) number);
  }

  /// What the target should hold, by entity.
  Map<String, String> content() {
    var content = new TreeMap<String, String>();
    for (Known known : of(Shop.CUST).values()) {
      if (known.row != null) {
        int number = (Integer) Objects.requireNonNull(known.row.value("no"));
        content.put(
            LegacyHistory.customer(number),
            known.row.value("name") + "|" + known.row.value("note") + "|" + towns(number));
      }
    }
    for (Known known : of(Shop.ORD).values()) {
      if (known.row != null && known.standing == Standing.OWN) {
        content.put(entity(known.row), String.valueOf(known.row.value("state")));
      }
    }
    return content;
  }

  private String towns(int customer) {
    var towns = new ArrayList<String>();
    for (Known known : of(Shop.ADDR).values()) {
      if (known.row != null && Objects.equals(known.row.value("cust_no"), customer)) {
        towns.add(known.row.value("id") + "=" + known.row.value("town"));
      }
    }
    return String.join(",", towns);
  }

  /// Whether an order may take a code: those who are known to have it are gone, as the taker knows,
  /// and come before it, as they do when everything is looked at first.
  boolean isLeft(long code, long taker, Set<Long> gone) {
    return of(Shop.ORD).entrySet().stream()
        .filter(each -> hasCode(each.getValue(), code))
        .allMatch(
            each -> {
              long id = (Long) each.getKey().getFirst();
              Known known = each.getValue();
              return gone.contains(id)
                  && id < taker
                  && (known.standing == Standing.OWN || known.standing == Standing.TAKEN);
            });
  }

  private boolean hasCode(Known known, long code) {
    return known.row != null
        && (Objects.equals(known.row.value("code"), code) || codeOf(known).equals(code));
  }

  /// Whether another order than this is known to have a code.
  boolean isContested(long code, long id) {
    return of(Shop.ORD).entrySet().stream()
        .anyMatch(each -> !each.getKey().getFirst().equals(id) && hasCode(each.getValue(), code));
  }

  /// Whether an order is not known to have another code than this.
  boolean isCode(long code, long id) {
    Known known = of(Shop.ORD).get(List.of((Object) id));
    return known == null || known.row == null || Objects.equals(known.row.value("code"), code);
  }

  /// The customers and orders that cannot be translated, and the orders that went elsewhere.
  Set<String> untranslatable() {
    var untranslatable = new TreeSet<String>();
    for (Known known : of(Shop.ORD).values()) {
      if (known.row != null && isStranded(place(known.row), known)) {
        untranslatable.add(LegacyHistory.order((Long) codeOf(known)));
      } else if (known.row != null && known.standing != Standing.ENTERED && isPoison(known.row)) {
        untranslatable.add(
            known.standing == Standing.TAKEN ? LegacyHistory.NAMELESS : entity(known.row));
      }
    }
    for (Known known : of(Shop.CUST).values()) {
      if (known.row != null && "poison".equals(known.row.value("name"))) {
        untranslatable.add(entity(known.row));
      }
    }
    return untranslatable;
  }
}
