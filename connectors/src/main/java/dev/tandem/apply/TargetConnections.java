package dev.tandem.apply;

import java.sql.Connection;
import java.sql.SQLException;

/// Opens connections to the target; asked again after each failure, so that a changed password or
/// address is taken up.
@FunctionalInterface
public interface TargetConnections {
  Connection open() throws SQLException;
}
