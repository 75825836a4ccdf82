package dev.tandem.program;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Who sits at the command line.
final class Operator {
  private Operator() {}

  /// `anna@workstation`, as far as the system says it.
  static String name() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "?";
    }
    return System.getProperty("user.name", "?") + "@" + host;
  }
}
