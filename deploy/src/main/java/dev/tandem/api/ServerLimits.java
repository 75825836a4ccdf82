package dev.tandem.api;

import java.util.Map;

/// What Java's HTTP server grants every connection of this process. It reads them once, before the
/// first server is made.
public final class ServerLimits {
  private static final Map<String, String> LIMITS =
      Map.of(
          // Seconds in which a request has to have come, its headers included.
          "sun.net.httpserver.maxReqTime", "15",
          // Seconds in which it has to be answered: a promotion waits for its proof and its locks.
          "sun.net.httpserver.maxRspTime", "300",
          "sun.net.httpserver.idleInterval", "30",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "jdk.httpserver.maxConnections", "256",
          // Without it each small answer waits for the acknowledgement of its headers.
          "sun.net.httpserver.nodelay", "true");

  private ServerLimits() {}

  /// Those that nobody has set otherwise.
  public static void apply() {
    LIMITS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }
}
