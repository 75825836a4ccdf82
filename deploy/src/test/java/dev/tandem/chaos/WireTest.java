package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.running.QuietPorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireTest {
  private ServerSocket echo;
  private Wire wire;
  private final List<Integer> comers = new CopyOnWriteArrayList<>();

  /// Says everything once more.
  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    wire = new Wire(QuietPorts.find(1).getFirst(), echo.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    wire.close();
    echo.close();
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket client = echo.accept();
        comers.add(client.getPort());
        Thread.ofVirtual().start(() -> repeat(client));
      } catch (IOException closed) {
        // Asked above.
      }
    }
  }

  private static void repeat(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException gone) {
      // Nobody listens any more.
    }
  }

  private Socket connected() throws IOException {
    return connected(wire);
  }

  private static Socket connected(Wire wire) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), wire.port());
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static int said(Socket socket, int word) throws IOException {
    socket.getOutputStream().write(word);
    return socket.getInputStream().read();
  }

  @Test
  void shouldPassWhatIsSaidAndWhoSaysIt() throws IOException {
    try (var socket = connected()) {
      assertThat(said(socket, 7)).isEqualTo(7);
      assertThat(comers).singleElement().matches(wire::comesFrom);
      assertThat(wire.comesFrom(socket.getLocalPort())).isFalse();
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void shouldHoldWhatIsSaidWhileItIsSilent() throws IOException {
    try (var socket = connected()) {
      assertThat(said(socket, 1)).isEqualTo(1);
      wire.set(Wire.State.SILENT);
      socket.setSoTimeout(300);
      assertThatThrownBy(() -> said(socket, 2)).isInstanceOf(SocketTimeoutException.class);
      try (var later = connected()) {
        later.setSoTimeout(300);
        assertThatThrownBy(() -> said(later, 3)).isInstanceOf(SocketTimeoutException.class);
        wire.set(Wire.State.PASS);
        socket.setSoTimeout(5_000);
        later.setSoTimeout(5_000);
        assertThat(socket.getInputStream().read()).isEqualTo(2);
        assertThat(later.getInputStream().read()).isEqualTo(3);
      }
    }
  }

  @Test
  void shouldRefuseAndListenAgain() throws IOException {
    try (var socket = connected()) {
      assertThat(said(socket, 1)).isEqualTo(1);
      wire.set(Wire.State.REFUSE);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThatThrownBy(this::connected).isInstanceOf(ConnectException.class);
      wire.set(Wire.State.PASS);
      try (var again = connected()) {
        assertThat(said(again, 2)).isEqualTo(2);
      }
    }
  }

  @Test
  void shouldResetWhatIsConnectedAndWhoConnects() throws IOException {
    try (var socket = connected()) {
      assertThat(said(socket, 1)).isEqualTo(1);
      wire.set(Wire.State.RESET);
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
      try (var later = connected()) {
        assertThatThrownBy(() -> said(later, 2)).isInstanceOf(SocketException.class);
      }
    }
  }

  /// A port that is taken, so that nobody else comes to listen there.
  @Test
  void shouldResetWhereNobodyListensBehind() throws IOException {
    try (var taken = new Socket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var toNobody = new Wire(QuietPorts.find(1).getFirst(), taken.getLocalPort());
          var socket = connected(toNobody)) {
        assertThatThrownBy(() -> said(socket, 1)).isInstanceOf(SocketException.class);
      }
    }
  }

  @Test
  void shouldBeSlow() throws IOException {
    try (var socket = connected()) {
      assertThat(said(socket, 1)).isEqualTo(1);
      wire.set(Wire.State.SLOW);
      long begun = System.nanoTime();
      socket.getOutputStream().write(new byte[20_000]);
      assertThat(socket.getInputStream().readNBytes(20_000)).hasSize(20_000);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(500));
    }
  }
}
