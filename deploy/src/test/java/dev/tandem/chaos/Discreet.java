package dev.tandem.chaos;

import dev.tandem.demo.ShopData;
import dev.tandem.demo.Workload.Connector;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// No log of the fleet holds what stands in a row: the customers who use the shop have names that
/// are found nowhere else.
record Discreet(Connector legacy, Logs logs) implements Witness {
  static final String MARK = "Quvzyxen";

  /// All that the members have said.
  interface Logs {
    Map<Fleet.Name, List<String>> lines() throws Exception;
  }

  /// From now on they have these names.
  void install() throws SQLException {
    try (var connection = legacy.open();
        var statement =
            connection.prepareStatement(
                "UPDATE cust_mst SET lname = ? || lname WHERE cust_no <= ?")) {
      statement.setString(1, MARK);
      statement.setInt(2, ShopData.USED_CUSTOMERS);
      statement.executeUpdate();
    }
  }

  @Override
  public List<String> broken() throws Exception {
    var broken = new ArrayList<String>();
    logs.lines()
        .forEach(
            (member, lines) -> {
              long telling = lines.stream().filter(line -> line.contains(MARK)).count();
              if (telling > 0) {
                broken.add(member + " told a customer's name in " + telling + " lines of its log");
              }
            });
    return broken;
  }
}
