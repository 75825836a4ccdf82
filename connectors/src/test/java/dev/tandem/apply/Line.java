package dev.tandem.apply;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A line to a server that can be cut without a word: what is connected then stays connected and
/// hears nothing more, as on a half-open connection; who connects later is served.
public final class Line implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger cuts = new AtomicInteger();

  public Line(int port) throws IOException {
    threads.execute(() -> accept(port));
  }

  public int port() {
    return server.getLocalPort();
  }

  public void cut() {
    cuts.incrementAndGet();
  }

  private void accept(int port) {
    try {
      while (!server.isClosed()) {
        Socket client = server.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.addAll(List.of(client, behind));
        int before = cuts.get();
        threads.execute(() -> pass(client, behind, before));
        threads.execute(() -> pass(behind, client, before));
      }
    } catch (IOException closed) {
      if (!server.isClosed()) {
        throw new UncheckedIOException(closed);
      }
    }
  }

  private void pass(Socket from, Socket to, int before) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (cuts.get() == before) {
          out.write(bytes, 0, n);
        }
      }
      if (cuts.get() == before) {
        to.shutdownOutput();
      }
    } catch (IOException ended) {
      // One side is gone, and so is what it said.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
