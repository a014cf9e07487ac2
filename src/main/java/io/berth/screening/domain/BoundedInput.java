package io.berth.screening.domain;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lets through so many bytes and no more, and no endless run without markup: a parser holds one
 * name, attribute or text whole, whatever its own limits say.
 */
final class BoundedInput extends FilterInputStream {

  private final long bytesMax;
  private final int runMax;
  private long bytes;
  private int run;

  /**
   * Bounds a stream.
   *
   * @param bytesMax bytes in all
   * @param runMax bytes between two of: line feed, angle bracket, double quote
   */
  BoundedInput(InputStream in, long bytesMax, int runMax) {
    super(in);
    this.bytesMax = bytesMax;
    this.runMax = runMax;
  }

  @Override
  public int read() throws IOException {
    int next = super.read();
    if (next >= 0) {
      count(next);
    }
    return next;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    for (int i = 0; i < read; i++) {
      count(buffer[offset + i]);
    }
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int next) {
    bytes++;
    run = next == '\n' || next == '<' || next == '>' || next == '"' ? 0 : run + 1;
    if (bytes > bytesMax) {
      throw new InvalidListException("the file is larger than " + bytesMax + " bytes", 0, 0);
    }
    if (run > runMax) {
      throw new InvalidListException(
          "a single name, value or text is longer than " + runMax + " bytes", 0, 0);
    }
  }
}
