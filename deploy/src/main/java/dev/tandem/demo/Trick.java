package dev.tandem.demo;

import dev.tandem.wire.Divergence.Kind;

/// What the saboteur does to one entity, and what the ledger has to call it.
///
/// Not among them: a copy of a customer under another key, which the target's own unique constraint
/// forbids; and a capture loss, which only a sweep can show.
public enum Trick {
  CUSTOMER_UPDATED(Kind.FOREIGN_WRITE, "Customer"),
  CUSTOMER_DELETED(Kind.FOREIGN_WRITE, "Customer"),
  ADDRESS_UPDATED(Kind.FOREIGN_WRITE, "Customer"),
  LINE_DELETED(Kind.FOREIGN_WRITE, "Order"),
  STOCK_INSERTED(Kind.FOREIGN_WRITE, "Product"),

  /// A row of the target that no legacy row stands for.
  ACCOUNT_INVENTED(Kind.UNEXPECTED, "BillingAccount"),

  /// A child without its root: with foreign keys switched off, as a restore does.
  LINE_ORPHANED(Kind.UNEXPECTED, "Order"),
  ORDER_COPIED(Kind.DUPLICATE, "Order"),
  UPDATE_SWALLOWED(Kind.LOST_WRITE, "Customer"),
  INSERT_SWALLOWED(Kind.LOST_WRITE, "Order"),
  DELETE_SWALLOWED(Kind.GHOST, "Order"),

  /// The order's rows go, but for the root's.
  ROOT_DELETE_SWALLOWED(Kind.GHOST, "Order"),
  WRITE_ALTERED(Kind.FIELD_MISMATCH, "Customer"),
  WRITE_REFUSED(Kind.UNAPPLIABLE, "Order"),
  ROW_POISONED(Kind.UNTRANSLATABLE, "Order"),

  /// A trigger deletes, in apply's own transaction, what apply has just written.
  ACCOUNT_REMOVED(Kind.MISSING, "BillingAccount"),

  /// A trigger writes, in apply's own transaction, what stood there before the last but one change.
  OLDER_WRITTEN(Kind.REGRESSED, "BillingAccount");

  private final Kind kind;
  private final String entity;

  Trick(Kind kind, String entity) {
    this.kind = kind;
    this.entity = entity;
  }

  public Kind kind() {
    return kind;
  }

  public String entity() {
    return entity;
  }
}
