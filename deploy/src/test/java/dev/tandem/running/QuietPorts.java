package dev.tandem.running;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Free ports of 127.0.0.1 below those that connections are given by the system, so that nobody
/// takes one while its server is away.
public final class QuietPorts {
  private static final int FIRST = 15_000;
  private static final int LAST = 32_000;

  private QuietPorts() {}

  /// @throws IllegalStateException if there are not as many
  public static List<Integer> find(int count) {
    var ports = new ArrayList<Integer>();
    int range = LAST - FIRST;
    int begin = ThreadLocalRandom.current().nextInt(range);
    for (int i = 0; i < range && ports.size() < count; i++) {
      int port = FIRST + (begin + i) % range;
      if (isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new IllegalStateException("expected " + count + " free ports, found " + ports);
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
