package dev.tandem.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the field before each test.
class DetachedStackTest {
  private StackDirectory directory;

  @BeforeEach
  void name(@TempDir Path parent) {
    directory = new StackDirectory(parent.resolve("stack"));
  }

  @AfterEach
  void stop() {
    new DetachedStack(directory).down();
  }

  /// 1. the stack is up 2. its process is killed; its Postgres servers live on 3. it is up again
  /// 4. and down.
  @Test
  void shouldComeUpWithItsDataAndPortsAfterItWasKilled() throws Exception {
    var stack = new DetachedStack(directory);
    var first = stack.up(StackPorts.any());
    assertThat(stack.up(StackPorts.any())).isEqualTo(first);
    execute(first.address().legacy(), "CREATE TABLE kept (answer int)");

    ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
    ProcessHandle.of(first.pid())
        .ifPresent(killed -> killed.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    assertThat(directory.running()).isEmpty();

    var second = stack.up(StackPorts.any());
    assertThat(second.address()).isEqualTo(first.address());
    execute(second.address().legacy(), "INSERT INTO kept VALUES (42)");

    assertThat(stack.down()).isEqualTo(DetachedStack.Stopped.RUNNING);
    assertThat(directory.running()).isEmpty();
    assertThatThrownBy(() -> execute(first.address().legacy(), "SELECT 1"))
        .isInstanceOf(SQLException.class);
    stack.wipe();
    assertThat(directory.exists()).isFalse();
  }

  @Test
  void shouldDeleteNoDirectoryThatIsNotAStacks() throws Exception {
    Files.createDirectories(directory.path());
    Path treasure = Files.writeString(directory.path().resolve("treasure"), "x");
    var stack = new DetachedStack(directory);
    stack.down();
    assertThatThrownBy(stack::wipe)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("no stack has run in it");
    assertThat(treasure).exists();
  }

  @Test
  void shouldNameEveryPortThatIsTaken() throws Exception {
    try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ports = new StackPorts(one.getLocalPort(), 0, two.getLocalPort(), 0, 0);
      var stack = new DetachedStack(directory);
      assertThatThrownBy(() -> stack.up(ports))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("127.0.0.1:" + one.getLocalPort() + " (for kafka)")
          .hasMessageContaining("127.0.0.1:" + two.getLocalPort() + " (for legacy)");
    }
  }

  @Test
  void shouldDescribeItselfInTheAgreedShape() {
    var store = new StoreAddress("jdbc:x", "u", "p");
    var json = new StackAddress("h:1", store, store, "http://r").json();
    var inner = "{\"url\":\"jdbc:x\",\"user\":\"u\",\"password\":\"p\"}";
    assertThat(List.of(json))
        .containsExactly(
            "{\"kafka\":\"h:1\",\"legacy\":"
                + inner
                + ",\"target\":"
                + inner
                + ",\"registry\":\"http://r\"}");
  }

  private static void execute(StoreAddress store, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(store.url(), store.user(), store.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
