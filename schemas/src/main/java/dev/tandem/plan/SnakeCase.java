package dev.tandem.plan;

import java.util.Locale;

/// The rule of default column names: the field's name in snake case. `customerId` is `customer_id`,
/// `line1Text` is `line1_text`, `vatURLPath` is `vat_url_path`.
final class SnakeCase {
  private SnakeCase() {}

  static String of(String field) {
    return field
        .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
