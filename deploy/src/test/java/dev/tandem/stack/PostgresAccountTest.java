package dev.tandem.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Of what only root can do.
class PostgresAccountTest {
  private static PostgresAccount.Nobody nobody() {
    assumeTrue(Programs.output("id", "-u").equals("0"));
    return new PostgresAccount.Nobody(Programs.output("id", "-g", "nobody"));
  }

  @Test
  void shouldSayThatNobodyReachesADirectoryBelowOneOfRoots(@TempDir Path closed) throws Exception {
    var nobody = nobody();
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    Path data = Files.createDirectories(closed.resolve("stack"));
    assertThatThrownBy(() -> nobody.own(data))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("cannot be reached by the user nobody")
        .hasMessageContaining("--dir");
  }

  @Test
  void shouldHandADirectoryOver(@TempDir Path open) throws Exception {
    var nobody = nobody();
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path data = Files.createDirectories(open.resolve("stack"));
    nobody.own(data);
    assertThat(Files.getOwner(data).getName()).isEqualTo("nobody");
  }
}
