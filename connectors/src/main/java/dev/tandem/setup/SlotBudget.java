package dev.tandem.setup;

import dev.tandem.spec.RetainedLog;
import dev.tandem.spec.RetainedLog.Action;
import java.util.OptionalLong;

/// What the log may come to that a server keeps for a slot (DESIGN invariant 12). The rule:
///
/// 1. it is given up at the server's own limit, or at a declared budget beyond which it is to be
///    dropped, whichever comes first;
/// 2. it is worth a word at half of that, at a declared budget that is only to be told, or at
///    10 GiB where none is declared, whichever comes first;
/// 3. beyond a declared budget it may be dropped, and only if the spec says so.
///
/// @param serverLimit `max_slot_wal_keep_size` in bytes; empty where the server has none
public record SlotBudget(RetainedLog declared, OptionalLong serverLimit) {
  private static final long USUAL = 10L << 30;

  /// @param keepBytes the server's limit, negative for none
  static SlotBudget of(RetainedLog declared, long keepBytes) {
    return new SlotBudget(
        declared, keepBytes < 0 ? OptionalLong.empty() : OptionalLong.of(keepBytes));
  }

  /// Bytes at which it is given up, by the server or by whoever looks after it; empty for never.
  public OptionalLong limit() {
    if (!isToBeDropped()) {
      return serverLimit;
    }
    long budget = declared.budget().orElseThrow();
    return OptionalLong.of(Math.min(budget, serverLimit.orElse(budget)));
  }

  /// Bytes beyond which it is told.
  public long alarm() {
    OptionalLong limit = limit();
    long half = limit.isPresent() ? limit.getAsLong() / 2 : Long.MAX_VALUE;
    return isToBeDropped() ? half : Math.min(half, declared.budget().orElse(USUAL));
  }

  /// Whether it retains so much that it is to be dropped, if nobody reads it.
  public boolean drops(long retained) {
    return isToBeDropped() && retained > declared.budget().orElseThrow();
  }

  private boolean isToBeDropped() {
    return declared.action() == Action.DROP_SLOT;
  }

  /// Why it is given up at its limit.
  String reason() {
    boolean ours =
        isToBeDropped() && declared.budget().orElseThrow() <= serverLimit.orElse(Long.MAX_VALUE);
    return ours ? "retained-log in the spec: then it is dropped" : "max_slot_wal_keep_size";
  }
}
