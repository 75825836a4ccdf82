package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.ByteSink;
import dev.tandem.image.SortedBytes;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.streams.DomainStoppedException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// What decides the bytes of a content ([ContentForm]): the mapping, the columns that are compared,
/// and which of them are only digested. State made by one of them cannot be read by another.
final class Comparison {
  private static final int FORM = 5;

  private static final byte[] KEPT = {4};

  private Comparison() {}

  /// State that was made by another comparison means something else.
  ///
  /// @throws DomainStoppedException if it was
  static void requireSame(DomainPlan plan, SortedBytes state) {
    byte[] comparison = of(plan);
    byte[] before = state.get(KEPT);
    if (before == null) {
      state.put(KEPT, comparison);
    } else if (!Arrays.equals(before, comparison)) {
      throw new DomainStoppedException(
          "the reconciliation of domain "
              + plan.name()
              + " was begun with another mapping, with other fields in 'computed' or 'sensitive', or"
              + " by an older program; fix: go back to it, or stop the processes with the role"
              + " reconcile and begin anew: tandem reconcile SPEC reset --domain "
              + plan.name()
              + " --why TEXT");
    }
  }

  /// Equal for equal comparisons.
  static byte[] of(DomainPlan plan) {
    var out = new ByteSink();
    out.put(FORM);
    for (EntityPlan entity : plan.entities()) {
      out.putText(entity.fingerprint());
      new TreeSet<>(entity.reconciliation().computed()).forEach(out::putText);
      out.put(0);
      new TreeSet<>(entity.reconciliation().sensitive()).forEach(out::putText);
      out.put(0);
      columns(out, entity.target().root().columns());
      entity.target().children().forEach(child -> columns(out, child.table().columns()));
    }
    var digest = new SipHash(new byte[SipHash.KEY_SIZE]).digest(out.toByteArray());
    out.clear();
    out.putLong(digest.high());
    out.putLong(digest.low());
    return out.toByteArray();
  }

  private static void columns(ByteSink out, List<TargetColumn> columns) {
    out.putVarint(columns.size());
    for (TargetColumn column : columns) {
      out.putText(column.name());
      out.putText(column.field());
      out.putText(column.postgres());
    }
  }
}
