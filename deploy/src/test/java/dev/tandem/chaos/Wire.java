package dev.tandem.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A line between two parties: a port of 127.0.0.1 that leads to another one, as well or as badly
/// as it is told. It passes at first. Thread-safe.
///
/// ```
///   PASS     moves what is sent
///   SILENT   keeps what is connected and what is sent, and moves it when it passes again
///   SLOW     moves 40 kB in a second each way, 50 ms late
///   REFUSE   ends what is connected, and nobody listens
///   RESET    resets what is connected, and whoever connects
/// ```
final class Wire implements AutoCloseable {
  private static final int CHUNK = 2_000;
  private static final long LATE = 50_000_000;

  private final int port;
  private final int behind;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private final Object changed = new Object();
  private volatile State state = State.PASS;
  private volatile @Nullable ServerSocket server;

  /// Done when nobody can connect to what was [#server].
  private volatile Future<?> accepting = CompletableFuture.completedFuture(null);

  enum State {
    PASS,
    SILENT,
    SLOW,
    REFUSE,
    RESET
  }

  /// One connection, and the one that it leads to.
  private record Line(Socket client, Socket server) {
    void end() {
      close(client);
      close(server);
    }

    void reset() {
      try {
        client.setSoLinger(true, 0);
        server.setSoLinger(true, 0);
      } catch (IOException gone) {
        // Then there is nobody to be told.
      }
      end();
    }
  }

  /// @param port that it listens on
  /// @param behind the port that it leads to
  Wire(int port, int behind) throws IOException {
    this.port = port;
    this.behind = behind;
    listen();
  }

  int port() {
    return port;
  }

  /// Whether one of its connections comes to the server from this port.
  boolean comesFrom(int local) {
    return lines.stream().anyMatch(line -> line.server.getLocalPort() == local);
  }

  State state() {
    return state;
  }

  /// From now on.
  void set(State wanted) throws IOException {
    synchronized (changed) {
      state = wanted;
      changed.notifyAll();
    }
    if (wanted == State.REFUSE) {
      ServerSocket open = server;
      server = null;
      if (open != null) {
        open.close();
        Awaitility.await().until(accepting::isDone);
      }
    } else if (server == null) {
      listen();
    }
    switch (wanted) {
      case REFUSE -> lines.forEach(Line::end);
      case RESET -> lines.forEach(Line::reset);
      case PASS, SILENT, SLOW -> {}
    }
  }

  private void listen() throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
              return true;
            });
    server = socket;
    accepting = threads.submit(() -> accept(socket));
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> connect(client));
      } catch (IOException closed) {
        // Asked above.
      }
    }
  }

  private void connect(Socket client) {
    var line = new Line(client, new Socket());
    try {
      awaitMoving();
      if (state == State.RESET || state == State.REFUSE) {
        line.reset();
        return;
      }
      client.setTcpNoDelay(true);
      line.server.setTcpNoDelay(true);
      line.server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), behind));
      lines.add(line);
      if (state == State.RESET || state == State.REFUSE) {
        line.reset();
      }
      threads.execute(() -> pass(line, line.client, line.server));
      pass(line, line.server, line.client);
      line.end();
    } catch (IOException nobody) {
      line.reset();
    } catch (InterruptedException closed) {
      line.end();
    } finally {
      lines.remove(line);
    }
  }

  private void pass(Line line, Socket from, Socket to) {
    try {
      boolean whole = moves(from, to);
      // That somebody is gone is not heard either where nothing is.
      awaitMoving();
      if (whole) {
        to.shutdownOutput();
      } else {
        line.end();
      }
    } catch (IOException | InterruptedException ended) {
      line.end();
    }
  }

  /// @return whether one side has said all that it had to say; else a side is gone
  private boolean moves(Socket from, Socket to) throws InterruptedException {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[1 << 16];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        for (int moved = 0; moved < n; ) {
          awaitMoving();
          int next = n - moved;
          if (state == State.SLOW) {
            LockSupport.parkNanos(LATE);
            next = Math.min(next, CHUNK);
          }
          out.write(bytes, moved, next);
          moved += next;
        }
      }
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  private void awaitMoving() throws InterruptedException {
    synchronized (changed) {
      while (state == State.SILENT) {
        changed.wait();
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is what was wanted.
    }
  }

  @Override
  public void close() throws IOException {
    set(State.REFUSE);
    threads.shutdownNow();
  }
}
