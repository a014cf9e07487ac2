package io.berth.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items the page
 * @param nextPageToken what to send as {@code pageToken} for the next page; absent on the last
 */
public record Page<T>(
    List<T> items, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextPageToken) {

  /** Copies the items. */
  public Page {
    items = List.copyOf(items);
  }

  /** The same page of other items. */
  public <R> Page<R> map(Function<T, R> view) {
    return new Page<>(items.stream().map(view).toList(), nextPageToken);
  }
}
