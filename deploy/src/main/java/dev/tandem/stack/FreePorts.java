package dev.tandem.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// TCP ports of 127.0.0.1 that nobody listened on a moment ago, all different.
final class FreePorts {
  private final Deque<Integer> ports;

  private FreePorts(List<Integer> ports) {
    this.ports = new ArrayDeque<>(ports);
  }

  static FreePorts find(int count) {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return new FreePorts(sockets.stream().map(ServerSocket::getLocalPort).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("No free TCP port on 127.0.0.1", e);
    } finally {
      sockets.forEach(FreePorts::close);
    }
  }

  static int one() {
    return find(1).next();
  }

  /// Whether somebody could listen on the port of 127.0.0.1 now.
  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int next() {
    return ports.remove();
  }

  /// The wanted port, or the next free one where none is wanted (0).
  int orNext(int wanted) {
    return wanted == 0 ? next() : wanted;
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Port " + socket.getLocalPort() + " could not be released", e);
    }
  }
}
