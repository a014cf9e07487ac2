package io.berth.platform;

/**
 * Where bodies may be larger than elsewhere, for files that are read as a stream. Every CDI bean of
 * this type counts.
 */
public interface LargeBodies {

  /** Whether a request to that path is one of them. */
  boolean take(String method, String path);

  /** The most bytes of such a body. */
  long bytesMax();
}
