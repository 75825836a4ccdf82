package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.ByteSink;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.TargetPlan.TargetColumn;
import java.util.List;
import java.util.TreeSet;

/// What decides the bytes of a content ([ContentForm]): the mapping, the columns that are compared,
/// and which of them are only digested. State made by one of them cannot be read by another.
final class Comparison {
  private static final int FORM = 3;

  private Comparison() {}

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
