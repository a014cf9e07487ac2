package io.berth.catalog;

import org.jspecify.annotations.Nullable;

/** A table of the catalogue that cannot be used; the service does not start with one. */
public final class InvalidCatalogException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says which table, where in it, and what is wrong there. */
  public InvalidCatalogException(String message) {
    super(message);
  }

  /** As above, for a table that could not even be read. */
  public InvalidCatalogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
