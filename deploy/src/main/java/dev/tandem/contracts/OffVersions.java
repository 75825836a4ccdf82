package dev.tandem.contracts;

import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which published versions are switched off: of each, the newest order in the control topic
/// counts, unless it is known that nothing came of it.
///
/// @param orders by subject; the last one of each
public record OffVersions(Map<String, OperatorAction> orders) {
  public static final String ON = "contracts.on";
  public static final String OFF = "contracts.off";
  public static final OffVersions NONE = new OffVersions(Map.of());

  public OffVersions {
    orders = Map.copyOf(orders);
  }

  /// @param actions of the control topic, the newest first
  public static OffVersions of(List<OperatorAction> actions) {
    var orders = new TreeMap<String, OperatorAction>();
    for (OperatorAction action : actions) {
      boolean isOrder = action.what().equals(ON) || action.what().equals(OFF);
      if (isOrder && (action.outcome() == Outcome.ASKED || action.outcome() == Outcome.DONE)) {
        orders.putIfAbsent(action.subject(), action);
      }
    }
    return new OffVersions(orders);
  }

  /// What an order is on: `shop.crm.contract.v2/Customer`.
  ///
  /// @param contract in the topics of the translation that is meant
  public static String subject(EntityContract contract, int version) {
    return contract.topics().contract(version) + "/" + contract.entity();
  }

  /// The order that has switched a version off; empty where it is on.
  public Optional<OperatorAction> of(EntityContract contract, int version) {
    return Optional.ofNullable(orders.get(subject(contract, version)))
        .filter(order -> order.what().equals(OFF));
  }
}
