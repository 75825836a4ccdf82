package dev.tandem.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/// By what it is seen that a file has changed: replaced, or written anew.
///
/// @param key of the file itself, so that a renamed one is seen within the same tick of the clock
record FileStamp(FileTime changed, long size, String key) {
  static final FileStamp NONE = new FileStamp(FileTime.fromMillis(0), -1, "");

  static FileStamp of(Path file) throws IOException {
    var now = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(now.lastModifiedTime(), now.size(), Objects.toString(now.fileKey()));
  }
}
