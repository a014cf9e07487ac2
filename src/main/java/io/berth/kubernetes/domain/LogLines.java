package io.berth.kubernetes.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts what a container writes into whole lines, however the cluster cuts it: a line without end is
 * given out in pieces, and after so many bytes nothing is taken any more.
 */
public final class LogLines {

  /** The longest line that is kept together, in bytes. */
  public static final int LINE_LENGTH_MAX = 16 * 1024;

  private final byte[] line = new byte[LINE_LENGTH_MAX];
  private int length;
  private long left;

  /** Takes at most so many bytes. */
  public LogLines(long bytesMax) {
    left = bytesMax;
  }

  /**
   * Takes bytes; gives the lines that are complete now, each with its line feed, or nothing. What
   * is no UTF-8 is replaced, and so are carriage returns and NUL.
   */
  public String take(ByteBuffer bytes) {
    StringBuilder lines = new StringBuilder();
    while (bytes.hasRemaining() && left > 0) {
      byte next = bytes.get();
      left--;
      if (next == '\n') {
        flush(lines);
      } else {
        line[length++] = next;
        if (length == LINE_LENGTH_MAX) {
          flush(lines);
        }
      }
    }
    return lines.toString();
  }

  /** What has come of a line that is not complete; nothing is left of it here. */
  public String rest() {
    StringBuilder lines = new StringBuilder();
    if (length > 0) {
      flush(lines);
    }
    return lines.toString();
  }

  /** Whether as many bytes have come as are taken. */
  public boolean isFull() {
    return left == 0;
  }

  private void flush(StringBuilder lines) {
    String text = new String(Arrays.copyOf(line, length), StandardCharsets.UTF_8);
    lines.append(text.replace("\r", "").replace('\0', '\uFFFD')).append('\n');
    length = 0;
  }
}
