package io.berth.sandbox.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes files so that whoever reads them after a {@code kill -9} finds the old content or the new,
 * never half.
 */
final class AtomicFiles {

  /** What a file is called until it is whole. */
  static final String UNFINISHED_SUFFIX = ".unfinished";

  private AtomicFiles() {}

  static void write(Path file, String content) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED_SUFFIX);
    Files.writeString(unfinished, content);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
